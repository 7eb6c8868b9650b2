/**
 * The embedding engine's loop: requests take turns, online before batch. A turn tokenizes inputs for `READING_MS` or
 * makes one call of the engine.
 * Invariants: a request is refused before any of its inputs is embedded; new and cancelled requests take effect within
 * one turn; vectors are sent in the order of their inputs.
 */
import type { EmbeddingInput } from '../embedding-model.ts';
import type { EmbedEvent, EmbedMessage, InputError } from './embedding-protocol.ts';

/** A loaded model. */
export interface Embedder<T extends number> {
  /** Maximum tokens per input, special tokens included. */
  limit: number;
  vocabulary: number;
  /** Token ids of an input, special tokens included. */
  tokenize(input: EmbeddingInput): T[];
  /** Maximum inputs of one call. Default 1. */
  inputsAtOnce?: number;
  /** One call of the engine. Returns a vector of length 1 (Euclid) for each input, in order. */
  embed(inputs: readonly (readonly T[])[]): Promise<Float32Array[]>;
}

export type EmbedJob = Omit<EmbedMessage, 'type'>;

export interface TurnsOptions<T extends number> {
  embedder: Embedder<T>;
  send(id: number, event: EmbedEvent): void;
  fail(id: number, error: unknown): void;
}

interface Running<T> {
  job: EmbedJob;
  tokens: T[][];
  /** Progress in a long text: characters read, and their tokens. */
  measured: { at: number; tokens: number };
  embedded: number;
  unsent: { vectors: Float32Array[]; tokens: number };
  sentAt: number;
}

/** Maximum duration of a turn that tokenizes. */
const READING_MS = 10;
/**
 * A longer text is measured in pieces of about this size before it is tokenized as a whole: most of these texts are
 * refused.
 */
const MAX_PIECE_CHARS = 32_768;
/** Measuring stops at this many times the limit. */
const MAX_MEASURED_FACTOR = 2;
/** Vectors of this interval are sent in one message. */
const SEND_INTERVAL_MS = 25;
const nextTurnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

export class EmbeddingTurns<T extends number> {
  readonly #options: TurnsOptions<T>;
  /** Requests in the order of their turns. */
  readonly #queue: Running<T>[] = [];
  #turning = false;

  constructor(options: TurnsOptions<T>) {
    this.#options = options;
  }

  add(job: EmbedJob): void {
    this.#queue.push({
      job,
      tokens: [],
      measured: { at: 0, tokens: 0 },
      embedded: 0,
      unsent: { vectors: [], tokens: 0 },
      sentAt: performance.now(),
    });
    void this.#run();
  }

  /** Ignores unknown ids: the request may have finished in the meantime. */
  cancel(id: number): void {
    const at = this.#queue.findIndex(({ job }) => job.id === id);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  async #run(): Promise<void> {
    if (this.#turning) return;
    this.#turning = true;
    for (let running = this.#next(); running !== undefined; running = this.#next()) {
      try {
        if (await this.#turn(running)) this.cancel(running.job.id);
      } catch (error) {
        this.cancel(running.job.id);
        this.#options.fail(running.job.id, error);
      }
    }
    this.#turning = false;
  }

  /** Returns the request that has waited longest, online before batch, and moves it to the end of the queue. */
  #next(): Running<T> | undefined {
    const at = Math.max(
      0,
      this.#queue.findIndex(({ job }) => job.priority === 'online'),
    );
    const [running] = this.#queue.splice(at, 1);
    if (running !== undefined) this.#queue.push(running);
    return running;
  }

  /** Resolves with true when the request has ended. */
  async #turn(running: Running<T>): Promise<boolean> {
    const { job, tokens } = running;
    if (tokens.length < job.inputs.length) {
      const error = this.#read(running);
      if (error !== undefined) this.#options.send(job.id, { type: 'refused', error });
      // Lets messages arrive between turns.
      await nextTurnOfLoop();
      return error !== undefined;
    }
    const { embedder } = this.#options;
    const inputs = tokens.slice(running.embedded, running.embedded + (embedder.inputsAtOnce ?? 1));
    running.unsent.vectors.push(...(await embedder.embed(inputs)));
    running.unsent.tokens += inputs.reduce((sum, { length }) => sum + length, 0);
    running.embedded += inputs.length;
    const done = running.embedded === tokens.length;
    if (done || performance.now() - running.sentAt > SEND_INTERVAL_MS) this.#sendVectors(running);
    return done;
  }

  #read(running: Running<T>): InputError | undefined {
    const { limit, vocabulary, tokenize } = this.#options.embedder;
    const { inputs } = running.job;
    const started = performance.now();
    do {
      const index = running.tokens.length;
      const input = inputs[index] ?? [];
      const token = typeof input === 'string' ? undefined : input.find((id) => id < 0 || id >= vocabulary);
      if (token !== undefined) return { index, code: 'unknown_token', token, vocabulary };
      const measured = typeof input === 'string' && input.length > MAX_PIECE_CHARS ? this.#measure(running, input) : 0;
      if (measured === undefined) return undefined;
      if (measured > limit) {
        const isLeast = running.measured.at > 0 ? { isLeast: true } : {};
        return { index, code: 'too_long', limit, tokens: measured, ...isLeast };
      }
      const tokens = tokenize(input);
      if (tokens.length > limit) return { index, code: 'too_long', limit, tokens: tokens.length };
      running.tokens.push(tokens);
    } while (running.tokens.length < inputs.length && performance.now() - started < READING_MS);
    return undefined;
  }

  /**
   * Measures one more piece. Returns the number of tokens at the end of the text, or once it is too large; else
   * undefined.
   */
  #measure({ measured }: Running<T>, text: string): number | undefined {
    const { limit, tokenize } = this.#options.embedder;
    const specialTokens = tokenize('').length;
    const end = endOfPiece(text, measured.at + MAX_PIECE_CHARS);
    measured.tokens += tokenize(text.slice(measured.at, end)).length - specialTokens;
    measured.at = end;
    // A piece that ends inside a word counts a few tokens too many.
    if (end < text.length) return measured.tokens > MAX_MEASURED_FACTOR * limit ? measured.tokens : undefined;
    const total = measured.tokens + specialTokens;
    Object.assign(measured, { at: 0, tokens: 0 });
    return total;
  }

  #sendVectors(running: Running<T>): void {
    const { vectors, tokens } = running.unsent;
    // The receiver ignores vectors of a request that was cancelled in the meantime.
    this.#options.send(running.job.id, { type: 'vectors', vectors, tokens });
    running.unsent = { vectors: [], tokens: 0 };
    running.sentAt = performance.now();
  }
}

/** Returns the position of the first space from `at` on, or `at` if the next `MAX_PIECE_CHARS` have none. */
function endOfPiece(text: string, at: number): number {
  const found = text.slice(at, at + MAX_PIECE_CHARS).search(/\s/);
  return Math.min(text.length, found < 0 ? at : at + found);
}
