/**
 * Token ids of cl100k_base, the vocabulary of the hosted embedding models, back to text. A worker thread does it, which is started at the
 * first call. Invariant: the event loop waits for neither the vocabulary nor a long list.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { errors } from '../../errors/catalogue.ts';

export interface DecodeTask {
  id: number;
  lists: readonly Float64Array[];
}

export type DecodeAnswer =
  | { id: number; texts: string[] }
  /** The first token that the vocabulary lacks, in the list at `index`. */
  | { id: number; fault: { index: number; token: number } };

interface Waiter {
  nameList(index: number): string;
  resolve(texts: string[]): void;
  reject(error: unknown): void;
}

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/decode(\.[jt]s)$/, 'decode-worker$1');

const waiting = new Map<number, Waiter>();
let worker: Worker | undefined;
let lastId = 0;

/**
 * The text of each list, in order. `nameList`: what the caller calls the list at an index, e.g. `input[3]`.
 * Throws ApiError `invalid_value` that names the first list with an id that is no token.
 */
export function decodeTokens(
  lists: readonly (readonly number[])[],
  nameList: (index: number) => string,
): Promise<string[]> {
  worker ??= start();
  const id = ++lastId;
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  waiting.set(id, { nameList, resolve, reject });
  // Millions of numbers in plain lists would be copied one by one, and everybody would wait.
  const arrays = lists.map((list) => Float64Array.from(list));
  worker.ref();
  worker.postMessage(
    { id, lists: arrays } satisfies DecodeTask,
    arrays.map(({ buffer }) => buffer),
  );
  return promise;
}

function start(): Worker {
  const started = new Worker(PROGRAM, { execArgv: [] });
  started.on('message', settle);
  started.once('error', (error) => {
    worker = undefined;
    for (const waiter of waiting.values()) waiter.reject(errors.engineFailed(`tokens could not be decoded: ${error}.`));
    waiting.clear();
  });
  return started;
}

function settle(answer: DecodeAnswer): void {
  const waiter = waiting.get(answer.id);
  waiting.delete(answer.id);
  // It must not keep a program alive that has nothing else to do.
  if (waiting.size === 0) worker?.unref();
  if (waiter === undefined) return;
  if ('texts' in answer) waiter.resolve(answer.texts);
  else {
    const name = waiter.nameList(answer.fault.index);
    waiter.reject(errors.invalidValue(name, `Invalid '${name}': ${answer.fault.token} is no token of cl100k_base.`));
  }
}
