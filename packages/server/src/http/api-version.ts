/** Reads the API version of a request from the header `OpenAI-Beta`. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from '@selfsame/contract/operation';
import { errors } from '../errors/catalogue.ts';

/**
 * Returns the older version that the header names, e.g. `assistants=v1`, or undefined for the current one. Entries for
 * other parts of the API are ignored.
 * @throws ApiError `invalid_beta` for an unknown version, and for a version that lacks the operation.
 */
export function apiVersionOf({ id, beta }: Operation, headers: IncomingHttpHeaders): string | undefined {
  if (beta === undefined) return undefined;
  const [part = '', only] = beta.split('=');
  const current = CURRENT[part] ?? '';
  const requested = [headers['openai-beta'] ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((entry) => entry.split('=').map((text) => text.trim()));
  // go-openai sends `assistants=`, without a version, to Azure.
  const version = requested.find(([name]) => name?.toLowerCase() === part)?.[1]?.toLowerCase() || current;
  if (version !== current && !OLDER[part]?.includes(version)) {
    const known = [current, ...(OLDER[part] ?? [])].map((each) => `${part}=${each}`).join(' and ');
    throw errors.invalidBeta(`The header 'OpenAI-Beta' asks for ${part}=${version}; this server serves ${known}.`);
  }
  if (only !== undefined && version !== only) {
    throw errors.invalidBeta(`'${id}' exists with the header 'OpenAI-Beta: ${beta}' only.`);
  }
  return version === current ? undefined : `${part}=${version}`;
}

/** Versions by part of the API. */
const CURRENT: Readonly<Record<string, string>> = { assistants: 'v2' };
const OLDER: Readonly<Record<string, readonly string[]>> = { assistants: ['v1'] };
