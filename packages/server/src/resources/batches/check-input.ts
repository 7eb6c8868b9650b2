/**
 * Reads the input of a batch from its first line to its last: what is wrong with it, or where each request stands. Streams: holds one line and
 * what tells a `custom_id` apart.
 */
import { hash } from 'node:crypto';
import { LineTooLongError, readLines } from '../../lib/lines.ts';
import type { BatchFault, BatchLine } from '../../storage/repositories/batches.ts';
import { checkRequest, type RequestFault } from './check-request.ts';

const MOST_REQUESTS = 50_000;
const MOST_EMBEDDING_INPUTS = 50_000;
const LINE_BYTES = 32 * 1024 * 1024;
/** Further ones are told by their number. */
const MOST_FAULTS = 1000;

export interface Input {
  endpoint: string;
  source: AsyncIterable<Uint8Array>;
  /** Called with the good lines, in order. */
  take(line: BatchLine): Promise<void>;
  signal: AbortSignal;
}

class Faults {
  readonly list: BatchFault[] = [];
  #beyond = 0;

  add(line: number | null, { code, message, param }: RequestFault): void {
    if (this.list.length < MOST_FAULTS) this.list.push({ code, message, param, line });
    else this.#beyond += 1;
  }

  all(): BatchFault[] {
    if (this.#beyond === 0) return this.list;
    const message = `There are ${this.#beyond} further faults after these ${MOST_FAULTS}.`;
    return [...this.list, { code: 'too_many_faults', message, param: null, line: null }];
  }
}

function countInputs({ input }: Record<string, unknown>): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

function limitFault(requests: number, inputs: number): RequestFault | undefined {
  if (requests === 0) return { code: 'empty_file', message: 'The input file has no requests.', param: null };
  const tooMany = (code: string, most: number, what: string) => ({
    code,
    message: `A batch may have ${most} ${what}; this one has more.`,
    param: null,
  });
  if (requests > MOST_REQUESTS) return tooMany('too_many_requests', MOST_REQUESTS, 'requests');
  if (inputs > MOST_EMBEDDING_INPUTS) return tooMany('too_many_inputs', MOST_EMBEDDING_INPUTS, 'inputs');
  return undefined;
}

const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

/** Answers how many requests there are, and all faults. */
export async function checkInput({
  endpoint,
  source,
  take,
  signal,
}: Input): Promise<{ total: number; faults: BatchFault[] }> {
  const faults = new Faults();
  const seen = new Set<string>();
  let total = 0;
  let inputs = 0;
  try {
    for await (const { number, start, bytes } of readLines(source, LINE_BYTES)) {
      signal.throwIfAborted();
      if (isBlank(bytes)) continue;
      total += 1;
      if (total > MOST_REQUESTS) break;
      const checked = checkRequest(bytes, endpoint);
      if ('faults' in checked) {
        for (const each of checked.faults) faults.add(number, each);
        continue;
      }
      const { customId, body } = checked.request;
      const digest = hash('sha256', customId, 'base64');
      if (seen.has(digest)) {
        const message = `The custom_id '${customId}' is there before.`;
        faults.add(number, { code: 'duplicate_custom_id', message, param: 'custom_id' });
      }
      seen.add(digest);
      if (endpoint === '/v1/embeddings') inputs += countInputs(body);
      if (faults.list.length === 0) await take({ number, customId, start, bytes: bytes.byteLength });
    }
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    faults.add(error.line, { code: 'line_too_long', message: error.message, param: null });
    return { total, faults: faults.all() };
  }
  const limit = limitFault(total, inputs);
  if (limit !== undefined) faults.add(null, limit);
  return { total, faults: faults.all() };
}
