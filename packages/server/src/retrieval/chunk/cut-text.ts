/**
 * Cuts a text into chunks and counts their words, in a worker thread that is started at the first call: the event loop waits for neither
 * a vocabulary nor a long text. What the embedding model counts, its own tokenizer is asked for, over a channel of each text's own.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { SectionedText } from '../../extraction/extract.ts';
import type { TextChunk } from './chunk.ts';

export interface CutOptions {
  /** Of the vocabulary of the hosted models, as the API counts. */
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
  text: SectionedText;
  options: CutOptions;
  model: ModelTokens | undefined;
}

/** How the thread learns what the embedding model makes of a text. */
export interface ModelTokens {
  /** Most tokens of one text, without those that frame it. */
  limit: number;
  /** Those that frame it. */
  frame: number;
  /** Takes texts, gives the tokens of each with its frame; closed when they cannot be counted. */
  counter: MessagePort;
}

export type CutAnswer = { id: number; chunks: CutChunk[] | undefined } | { id: number; fault: string };

type Waiter = PromiseWithResolvers<CutChunk[] | undefined>;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/cut-text(\.[jt]s)$/, 'cut-worker$1');

const waiting = new Map<number, Waiter>();
let worker: Worker | undefined;
let lastId = 0;

/**
 * Chunks that the model reads whole: none has more tokens than it takes. Throws the ApiError `engine_failed` when the thread ends, what
 * counting throws, and the signal's reason.
 */
export async function cutText(
  text: SectionedText,
  model: EmbeddingModel,
  { signal, ...options }: CutOptions & { signal: AbortSignal },
): Promise<CutChunk[] | undefined> {
  signal.throwIfAborted();
  const waiter: Waiter = Promise.withResolvers();
  const tokens = await modelTokens(model, signal, waiter.reject);
  worker ??= start();
  const id = ++lastId;
  waiting.set(id, waiter);
  const leave = () => waiter.reject(signal.reason);
  signal.addEventListener('abort', leave);
  worker.ref();
  worker.postMessage(
    { id, text, options, model: tokens } satisfies CutTask,
    tokens === undefined ? [] : [tokens.counter],
  );
  try {
    return await waiter.promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Undefined for a model that takes any number of tokens. `fail` is told why texts cannot be counted any more. */
async function modelTokens(
  model: EmbeddingModel,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<ModelTokens | undefined> {
  const { inputTokens } = model.capabilities;
  if (!Number.isFinite(inputTokens)) return undefined;
  const count = (texts: readonly string[]) => model.countTokens(texts, { signal, priority: 'batch' });
  const [frame = 0] = await count(['']);
  const { port1: ours, port2: counter } = new MessageChannel();
  ours.on('message', (texts: string[]) => {
    count(texts).then(
      (counts) => ours.postMessage(counts),
      (error: unknown) => {
        fail(error);
        ours.close();
      },
    );
  });
  ours.unref();
  return { limit: Math.max(1, inputTokens - frame), frame, counter };
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
