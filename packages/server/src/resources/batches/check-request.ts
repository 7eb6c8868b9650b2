/**
 * The shape of every input line of a batch: `{custom_id, method, url, body}`. Pure. The body is validated later, when
 * the line runs, as for an online request.
 */
import type { BatchError } from '../../storage/repositories/batches.ts';
import { toObject } from '../files/check-lines.ts';

export interface BatchRequest {
  customId: string;
  body: Record<string, unknown>;
}

export type RequestError = Omit<BatchError, 'line'>;

const PROPERTIES = ['custom_id', 'method', 'url', 'body'];

function lineError(code: string, param: string | null, message: string): RequestError {
  return { code, message, param };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* lineErrorsOf(line: Record<string, unknown>, endpoint: string): Generator<RequestError> {
  const missing = PROPERTIES.filter((name) => !(name in line));
  for (const name of missing)
    yield lineError('missing_required_parameter', name, `Missing required parameter: '${name}'.`);
  for (const name of Object.keys(line)) {
    if (!PROPERTIES.includes(name)) yield lineError('unknown_parameter', name, `Unknown parameter: '${name}'.`);
  }
  const { custom_id: customId, method, url, body } = line;
  if ('custom_id' in line && !isCustomId(customId)) {
    yield lineError('invalid_custom_id', 'custom_id', "'custom_id' must be a string of valid Unicode without U+0000.");
  }
  if ('method' in line && method !== 'POST') yield lineError('invalid_method', 'method', "'method' must be 'POST'.");
  if ('url' in line && url !== endpoint) {
    yield lineError('invalid_url', 'url', `'url' must be the endpoint of the batch, '${endpoint}'.`);
  }
  if ('body' in line && !isObject(body)) yield lineError('invalid_type', 'body', "'body' must be a JSON object.");
}

/** Databases store no other text. */
function isCustomId(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

/** The request of a line, or all of its errors. */
export function checkRequest(
  bytes: Buffer,
  endpoint: string,
): { request: BatchRequest } | { lineErrors: RequestError[] } {
  let line: Record<string, unknown>;
  try {
    line = toObject(bytes);
  } catch (error) {
    return {
      lineErrors: [lineError('invalid_json_line', null, `The line is no JSON object: ${(error as Error).message}`)],
    };
  }
  const lineErrors = [...lineErrorsOf(line, endpoint)];
  if (lineErrors.length > 0) return { lineErrors };
  return { request: { customId: line['custom_id'] as string, body: line['body'] as Record<string, unknown> } };
}
