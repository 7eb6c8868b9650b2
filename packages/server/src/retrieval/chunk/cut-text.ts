/**
 * Cuts texts into chunks and counts their terms in a worker thread, so that neither a vocabulary nor a long text blocks
 * the event loop. The model's own tokenizer runs on this side; the thread requests its counts over one channel per
 * text.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { SectionedText } from '../../extraction/extract.ts';
import type { TextChunk } from './chunk.ts';

export interface CutOptions {
  /** Maximum tokens per chunk, counted with the vocabulary of the hosted models, as the API counts. */
  maxTokens: number;
  overlapTokens: number;
  /** `cut` returns `undefined` for a text that yields more chunks than this. */
  maxChunks: number;
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

/** The token limit of the embedding model, and access to its tokenizer. */
export interface ModelTokens {
  /** Maximum tokens per text, special tokens excluded. */
  limit: number;
  /** Number of special tokens that the model adds to each text. */
  frame: number;
  /** Receives texts and returns the tokens of each, special tokens included. Closes when counting fails. */
  counter: MessagePort;
}

export type CutResult = { id: number; chunks: CutChunk[] | undefined } | { id: number; error: string };

export interface TextCutter {
  /**
   * Returns chunks within the model's token limit. Throws the ApiError `engine_failed` if the thread ends, errors of
   * the model's tokenizer, and the reason of the signal.
   */
  cut(
    text: SectionedText,
    model: EmbeddingModel,
    options: CutOptions & { signal: AbortSignal },
  ): Promise<CutChunk[] | undefined>;
  /** Ends the thread; texts in progress fail. */
  close(): Promise<void>;
}

type Waiter = PromiseWithResolvers<CutChunk[] | undefined>;

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/cut-text(\.[jt]s)$/, 'cut-worker$1');

/** Not a `TaskThread`: the thread cuts several texts in turns, so that a short text does not wait for a long one. */
class WorkerTextCutter implements TextCutter {
  readonly #waiting = new Map<number, Waiter>();
  #worker: Worker | undefined;
  #lastId = 0;

  async cut(
    text: SectionedText,
    model: EmbeddingModel,
    { signal, ...options }: CutOptions & { signal: AbortSignal },
  ): Promise<CutChunk[] | undefined> {
    signal.throwIfAborted();
    const waiter: Waiter = Promise.withResolvers();
    const tokens = await modelTokens(model, signal, waiter.reject);
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    this.#waiting.set(id, waiter);
    const abort = () => waiter.reject(signal.reason);
    signal.addEventListener('abort', abort);
    this.#worker.ref();
    const task: CutTask = { id, text, options, model: tokens };
    this.#worker.postMessage(task, tokens === undefined ? [] : [tokens.counter]);
    try {
      return await waiter.promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#fail('the server stops');
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { execArgv: [] });
    worker.on('message', (result: CutResult) => this.#settle(result));
    worker.once('error', (error) => this.#fail(String(error)));
    return worker;
  }

  #fail(reason: string): void {
    this.#worker = undefined;
    for (const waiter of this.#waiting.values()) {
      waiter.reject(errors.engineFailed(`a text could not be cut: ${reason}.`));
    }
    this.#waiting.clear();
  }

  #settle(result: CutResult): void {
    const waiter = this.#waiting.get(result.id);
    this.#waiting.delete(result.id);
    // An idle thread must not keep the process alive.
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('error' in result) waiter?.reject(new Error(result.error));
    else waiter?.resolve(result.chunks);
  }
}

/** The thread starts with the first text. */
export function createTextCutter(): TextCutter {
  return new WorkerTextCutter();
}

/** Returns `undefined` for a model without a token limit. Calls `fail` with the error of the model's tokenizer. */
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
