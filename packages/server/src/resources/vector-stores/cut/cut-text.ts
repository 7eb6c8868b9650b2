/**
 * Cuts a text into chunks and counts their words, in a worker thread that is started at the first call: the event loop waits for neither
 * a vocabulary nor a long text. One text at a time, in order.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { errors } from '../../../errors/catalogue.ts';
import type { TextChunk } from '../../../retrieval/chunk/chunk.ts';
import type { ExtractedText } from '../../../retrieval/extract/extract.ts';

export interface CutOptions {
  maxTokens: number;
  overlapTokens: number;
  /** More are too many: the answer is then undefined. */
  mostChunks: number;
}

export interface CutChunk extends TextChunk {
  terms: Map<string, number>;
}

export interface CutTask {
  id: number;
  text: ExtractedText;
  options: CutOptions;
}

export type CutAnswer = { id: number; chunks: CutChunk[] | undefined } | { id: number; fault: string };

type Waiter = PromiseWithResolvers<CutChunk[] | undefined>;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/cut-text(\.[jt]s)$/, 'cut-worker$1');

const waiting = new Map<number, Waiter>();
let worker: Worker | undefined;
let lastId = 0;

/** Throws the ApiError `engine_failed` when the thread ends, and the signal's reason. */
export async function cutText(
  text: ExtractedText,
  options: CutOptions,
  signal: AbortSignal,
): Promise<CutChunk[] | undefined> {
  signal.throwIfAborted();
  worker ??= start();
  const id = ++lastId;
  const waiter: Waiter = Promise.withResolvers();
  waiting.set(id, waiter);
  const leave = () => waiter.reject(signal.reason);
  signal.addEventListener('abort', leave);
  worker.ref();
  worker.postMessage({ id, text, options } satisfies CutTask);
  try {
    return await waiter.promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function start(): Worker {
  const started = new Worker(PROGRAM, { execArgv: [] });
  started.on('message', settle);
  started.once('error', (error) => {
    worker = undefined;
    for (const waiter of waiting.values()) waiter.reject(errors.engineFailed(`a text could not be cut: ${error}.`));
    waiting.clear();
  });
  return started;
}

function settle(answer: CutAnswer): void {
  const waiter = waiting.get(answer.id);
  waiting.delete(answer.id);
  // It must not keep a program alive that has nothing else to do.
  if (waiting.size === 0) worker?.unref();
  if ('fault' in answer) waiter?.reject(new Error(answer.fault));
  else waiter?.resolve(answer.chunks);
}
