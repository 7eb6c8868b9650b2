/**
 * The embedding engine's loop. A turn reads inputs for a moment or embeds one input; then it is the next request's, online before batch.
 * Invariants: a request is refused before anything of it is embedded; cancelling and arriving take effect within one turn; vectors
 * leave in the order of their inputs.
 */
import type { EmbeddingInput } from '../embedding-model.ts';
import type { EmbedEvent, EmbedMessage, InputFault } from './embedding-protocol.ts';

/** What the loop needs of a loaded model. */
export interface Embedder<T extends number> {
  /** Most tokens of one input. */
  limit: number;
  vocabulary: number;
  /** Token ids of an input, frame included. */
  tokenize(input: EmbeddingInput): T[];
  /** One call of the engine. Returns a vector of length 1. */
  embed(tokens: readonly T[]): Promise<Float32Array>;
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
  /** How far a long text that is being measured is read. */
  measured: { at: number; tokens: number };
  embedded: number;
  unsent: { vectors: Float32Array[]; tokens: number };
  sentAt: number;
}

/** Reading is cut after so long; a turn of embedding is one input. */
const READING_MS = 10;
/** A longer text is measured in pieces of about this many characters before it is read as a whole: most of them are refused. */
const LONG_TEXT = 32_768;
/** A text that has so many times the limit before its end is not measured further. */
const LEAST_FACTOR = 2;
/** Vectors are sent together that were made within this time. */
const SENDING_MS = 25;
const nextTurnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

export class EmbeddingTurns<T extends number> {
  readonly #options: TurnsOptions<T>;
  /** Whose turn it is stands first. */
  readonly #line: Running<T>[] = [];
  #turning = false;

  constructor(options: TurnsOptions<T>) {
    this.#options = options;
  }

  add(job: EmbedJob): void {
    this.#line.push({
      job,
      tokens: [],
      measured: { at: 0, tokens: 0 },
      embedded: 0,
      unsent: { vectors: [], tokens: 0 },
      sentAt: performance.now(),
    });
    void this.#run();
  }

  /** Unknown ids are ignored: it may have finished meanwhile. */
  cancel(id: number): void {
    const at = this.#line.findIndex(({ job }) => job.id === id);
    if (at >= 0) this.#line.splice(at, 1);
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

  /** The one who waited longest, online before batch; it goes to the end of the line. */
  #next(): Running<T> | undefined {
    const at = Math.max(
      0,
      this.#line.findIndex(({ job }) => job.priority === 'online'),
    );
    const [running] = this.#line.splice(at, 1);
    if (running !== undefined) this.#line.push(running);
    return running;
  }

  /** Resolves true when the request is answered. */
  async #turn(running: Running<T>): Promise<boolean> {
    const { job, tokens } = running;
    if (tokens.length < job.inputs.length) {
      const fault = this.#read(running);
      if (fault !== undefined) this.#options.send(job.id, { type: 'refused', fault });
      // Messages are heard between turns.
      await nextTurnOfLoop();
      return fault !== undefined;
    }
    const input = tokens[running.embedded] ?? [];
    running.unsent.vectors.push(await this.#options.embedder.embed(input));
    running.unsent.tokens += input.length;
    running.embedded += 1;
    const done = running.embedded === tokens.length;
    if (done || performance.now() - running.sentAt > SENDING_MS) this.#sendVectors(running);
    return done;
  }

  #read(running: Running<T>): InputFault | undefined {
    const { limit, vocabulary, tokenize } = this.#options.embedder;
    const { inputs } = running.job;
    const started = performance.now();
    do {
      const index = running.tokens.length;
      const input = inputs[index] ?? [];
      const token = typeof input === 'string' ? undefined : input.find((id) => id < 0 || id >= vocabulary);
      if (token !== undefined) return { index, code: 'unknown_token', token, vocabulary };
      const measured = typeof input === 'string' && input.length > LONG_TEXT ? this.#measure(running, input) : 0;
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

  /** Measures one more piece. Returns how many tokens the text has at its end, or as soon as they are too many; before that undefined. */
  #measure({ measured }: Running<T>, text: string): number | undefined {
    const { limit, tokenize } = this.#options.embedder;
    const frame = tokenize('').length;
    const end = endOfPiece(text, measured.at + LONG_TEXT);
    measured.tokens += tokenize(text.slice(measured.at, end)).length - frame;
    measured.at = end;
    // A piece may end inside of a word, which adds a few tokens.
    if (end < text.length) return measured.tokens > LEAST_FACTOR * limit ? measured.tokens : undefined;
    const total = measured.tokens + frame;
    Object.assign(measured, { at: 0, tokens: 0 });
    return total;
  }

  #sendVectors(running: Running<T>): void {
    const { vectors, tokens } = running.unsent;
    // A request that was cancelled in the meantime has nobody to read it, which the receiver knows.
    this.#options.send(running.job.id, { type: 'vectors', vectors, tokens });
    running.unsent = { vectors: [], tokens: 0 };
    running.sentAt = performance.now();
  }
}

/** The first space from `at` on, where a text can be cut without cutting a word; `at` itself where there is none for long. */
function endOfPiece(text: string, at: number): number {
  const found = text.slice(at, at + LONG_TEXT).search(/\s/);
  return Math.min(text.length, found < 0 ? at : at + found);
}
