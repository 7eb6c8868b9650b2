/**
 * What every line of a batch's input must be, whatever its endpoint: `{custom_id, method, url, body}`. Pure. Whether the body is a good request
 * is not asked here: that is answered line by line, as an online request would be.
 */
import type { BatchFault } from '../../storage/repositories/batches.ts';
import { toObject } from '../files/check-lines.ts';

export interface BatchRequest {
  customId: string;
  body: Record<string, unknown>;
}

export type RequestFault = Omit<BatchFault, 'line'>;

const PROPERTIES = ['custom_id', 'method', 'url', 'body'];

function fault(code: string, param: string | null, message: string): RequestFault {
  return { code, message, param };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* faultsOf(line: Record<string, unknown>, endpoint: string): Generator<RequestFault> {
  const missing = PROPERTIES.filter((name) => !(name in line));
  for (const name of missing) yield fault('missing_required_parameter', name, `Missing required parameter: '${name}'.`);
  for (const name of Object.keys(line)) {
    if (!PROPERTIES.includes(name)) yield fault('unknown_parameter', name, `Unknown parameter: '${name}'.`);
  }
  const { custom_id: customId, method, url, body } = line;
  if ('custom_id' in line && !isCustomId(customId)) {
    yield fault('invalid_custom_id', 'custom_id', "'custom_id' must be a string of valid Unicode without U+0000.");
  }
  if ('method' in line && method !== 'POST') yield fault('invalid_method', 'method', "'method' must be 'POST'.");
  if ('url' in line && url !== endpoint) {
    yield fault('invalid_url', 'url', `'url' must be the endpoint of the batch, '${endpoint}'.`);
  }
  if ('body' in line && !isObject(body)) yield fault('invalid_type', 'body', "'body' must be a JSON object.");
}

/** Databases keep no other text. */
function isCustomId(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}

/** The request of a line, or all that is wrong with it. */
export function checkRequest(bytes: Buffer, endpoint: string): { request: BatchRequest } | { faults: RequestFault[] } {
  let line: Record<string, unknown>;
  try {
    line = toObject(bytes);
  } catch (error) {
    return { faults: [fault('invalid_json_line', null, `The line is no JSON object: ${(error as Error).message}`)] };
  }
  const faults = [...faultsOf(line, endpoint)];
  if (faults.length > 0) return { faults };
  return { request: { customId: line['custom_id'] as string, body: line['body'] as Record<string, unknown> } };
}
