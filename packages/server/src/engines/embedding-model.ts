/**
 * Door: a model that turns texts into vectors, and says how many tokens it makes of them.
 * Invariants: one vector per input, in order; every vector has `dimensions` numbers and length 1 (Euclid); the same
 * input gives the same vector whatever else is asked with it; a text and its own token ids give the same vector; work
 * stops within 250 ms of an abort.
 */
import type { EngineReport } from './engine-report.ts';
import type { Priority } from './language-model.ts';

export interface EmbeddingModelCapabilities {
  /** Numbers of one vector. */
  dimensions: number;
  /** Most tokens of one input, those that frame it included. */
  inputTokens: number;
}

/** A text, or token ids of the model's own vocabulary. */
export type EmbeddingInput = string | readonly number[];

export interface EmbedRequest {
  /** At least one; none is empty. */
  inputs: readonly EmbeddingInput[];
  /** What the caller calls the input at `index`, for errors, e.g. `input[3]`. */
  nameInput(index: number): string;
}

export interface EmbedOptions {
  signal: AbortSignal;
  priority: Priority;
}

export interface Embedded {
  vectors: readonly Float32Array[];
  /** Tokens of all inputs, those that frame them included. */
  inputTokens: number;
}

export interface EmbeddingModel {
  /** Id under which the model is listed, e.g. `all-minilm-l6-v2`. */
  readonly modelId: string;
  readonly capabilities: EmbeddingModelCapabilities;
  /**
   * Throws ApiError `context_length_exceeded` or `invalid_value` (a token id that the vocabulary lacks) that names the
   * first faulty input before anything is embedded, `engine_overloaded` when its queue is full, `engine_failed` when
   * the process behind it died, and the signal's reason when it aborts.
   */
  doEmbed(request: EmbedRequest, options: EmbedOptions): Promise<Embedded>;
  /**
   * Tokens of each text as `doEmbed` counts them, those that frame it included, which are all that an empty text has.
   * Nothing is refused for its length, and what is being embedded is not waited for. An adapter without a tokenizer of
   * its own counts by the vocabulary of the hosted models. Throws `engine_overloaded`, `engine_failed` and the signal's
   * reason.
   */
  countTokens(texts: readonly string[], options: EmbedOptions): Promise<readonly number[]>;
  /** What it does just now, for an engine that has something to tell. */
  report?(): EngineReport;
  /** Frees memory; requests in flight fail with `engine_failed`. Idempotent. */
  close(): Promise<void>;
}
