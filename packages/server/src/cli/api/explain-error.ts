/** Errors of the client as one readable line. */
import { APIError, SelfsameError } from '@selfsame/client';
import { CommandError } from '../settings-flags.ts';

/** Returns a `CommandError` for errors of the client and of the system, and every other error as it is. */
export function toSentence(error: unknown): unknown {
  if (error instanceof APIError) return new CommandError(describeApiError(error));
  if (!(error instanceof SelfsameError)) return error;
  const reason = error.cause instanceof Error ? error.cause.message : '';
  const isNew = reason !== '' && !error.message.includes(reason);
  return new CommandError(`${error.message}${isNew ? ` (${reason})` : ''}.`);
}

/** The message of the server, its status, code and param. */
function describeApiError({ error, message, status, code, param, requestId }: APIError): string {
  const text = (error?.message ?? message).replaceAll(/\s+/g, ' ').trim();
  const facts = [
    status === undefined ? '' : `status ${status}`,
    code == null ? '' : `code ${code}`,
    param == null ? '' : `param ${param}`,
    requestId === undefined ? '' : `request ${requestId}`,
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? text : `${text} (${facts.join(', ')})`;
}
