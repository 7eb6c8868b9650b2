/**
 * Validates the input of a batch: returns its errors, or emits the byte range of each request. Streams: memory holds
 * one line and a hash of each `custom_id`.
 */
import { hash } from 'node:crypto';
import { LineTooLongError, readLines } from '../../lib/lines.ts';
import type { BatchError, BatchLine } from '../../storage/repositories/batches.ts';
import { checkRequest, type RequestError } from './check-request.ts';

const MAX_REQUESTS = 50_000;
const MAX_EMBEDDING_INPUTS = 50_000;
const LINE_BYTES = 32 * 1024 * 1024;
/** Further errors are only counted. */
const MAX_ERRORS = 1000;

export interface Input {
  endpoint: string;
  source: AsyncIterable<Uint8Array>;
  /** Receives the valid lines in order. */
  take(line: BatchLine): Promise<void>;
  signal: AbortSignal;
}

class LineErrors {
  readonly list: BatchError[] = [];
  #beyond = 0;

  add(line: number | null, { code, message, param }: RequestError): void {
    if (this.list.length < MAX_ERRORS) this.list.push({ code, message, param, line });
    else this.#beyond += 1;
  }

  all(): BatchError[] {
    if (this.#beyond === 0) return this.list;
    const message = `There are ${this.#beyond} further errors after these ${MAX_ERRORS}.`;
    return [...this.list, { code: 'too_many_errors', message, param: null, line: null }];
  }
}

function countInputs({ input }: Record<string, unknown>): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

function limitError(requests: number, inputs: number): RequestError | undefined {
  if (requests === 0) return { code: 'empty_file', message: 'The input file has no requests.', param: null };
  const tooMany = (code: string, most: number, what: string) => ({
    code,
    message: `A batch may have ${most} ${what}; this one has more.`,
    param: null,
  });
  if (requests > MAX_REQUESTS) return tooMany('too_many_requests', MAX_REQUESTS, 'requests');
  if (inputs > MAX_EMBEDDING_INPUTS) return tooMany('too_many_inputs', MAX_EMBEDDING_INPUTS, 'inputs');
  return undefined;
}

const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

/** Returns the number of requests, and all errors. */
export async function checkInput({
  endpoint,
  source,
  take,
  signal,
}: Input): Promise<{ total: number; lineErrors: BatchError[] }> {
  const lineErrors = new LineErrors();
  const seen = new Set<string>();
  let total = 0;
  let inputs = 0;
  try {
    for await (const { number, start, bytes } of readLines(source, LINE_BYTES)) {
      signal.throwIfAborted();
      if (isBlank(bytes)) continue;
      total += 1;
      if (total > MAX_REQUESTS) break;
      const checked = checkRequest(bytes, endpoint);
      if ('lineErrors' in checked) {
        for (const each of checked.lineErrors) lineErrors.add(number, each);
        continue;
      }
      const { customId, body } = checked.request;
      const digest = hash('sha256', customId, 'base64');
      if (seen.has(digest)) {
        const message = `The custom_id '${customId}' is used by an earlier line.`;
        lineErrors.add(number, { code: 'duplicate_custom_id', message, param: 'custom_id' });
      }
      seen.add(digest);
      if (endpoint === '/v1/embeddings') inputs += countInputs(body);
      if (lineErrors.list.length === 0) await take({ number, customId, start, bytes: bytes.byteLength });
    }
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    lineErrors.add(error.line, { code: 'line_too_long', message: error.message, param: null });
    return { total, lineErrors: lineErrors.all() };
  }
  const limit = limitError(total, inputs);
  if (limit !== undefined) lineErrors.add(null, limit);
  return { total, lineErrors: lineErrors.all() };
}
