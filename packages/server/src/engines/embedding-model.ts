/**
 * Door: a model that converts texts to vectors and counts their tokens. Invariants: one vector per input, in order;
 * every vector has `dimensions` numbers and length 1 (Euclid); equal inputs have equal vectors in every request; a text
 * and its token ids have the same vector; work stops within 250 ms of an abort.
 */
import type { EngineReport } from './engine-report.ts';
import type { Priority } from './language-model.ts';

export interface EmbeddingModelCapabilities {
  /** Length of a vector. */
  dimensions: number;
  /** Maximum tokens per input, special tokens included. */
  inputTokens: number;
}

/** A text, or token ids of the model's own vocabulary. */
export type EmbeddingInput = string | readonly number[];

export interface EmbedRequest {
  /** At least one; none is empty. */
  inputs: readonly EmbeddingInput[];
  /** The caller's name for the input at `index`, for errors, e.g. `input[3]`. */
  nameInput(index: number): string;
}

export interface EmbedOptions {
  signal: AbortSignal;
  priority: Priority;
}

export interface Embedded {
  vectors: readonly Float32Array[];
  /** Tokens of all inputs, special tokens included. */
  inputTokens: number;
}

export interface EmbeddingModel {
  /** Id under which the model is listed, e.g. `all-minilm-l6-v2`. */
  readonly modelId: string;
  readonly capabilities: EmbeddingModelCapabilities;
  /**
   * Throws ApiError `context_length_exceeded` or `invalid_value` (a token id that the vocabulary lacks) that names the
   * first invalid input before any input is embedded, `engine_overloaded` when its queue is full, `engine_failed` when
   * the process behind it died, and the signal's reason when it aborts.
   */
  doEmbed(request: EmbedRequest, options: EmbedOptions): Promise<Embedded>;
  /**
   * Returns the tokens of each text as `doEmbed` counts them, special tokens included. Does not refuse long texts, and
   * does not wait for running requests. An adapter without a tokenizer counts with the vocabulary of the hosted models.
   * Throws `engine_overloaded`, `engine_failed` and the signal's reason.
   */
  countTokens(texts: readonly string[], options: EmbedOptions): Promise<readonly number[]>;
  /** Current load, if the engine reports it. */
  report?(): EngineReport;
  /** Frees memory; requests in flight fail with `engine_failed`. Idempotent. */
  close(): Promise<void>;
}
