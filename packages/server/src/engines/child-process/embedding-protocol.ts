/**
 * The protocol between the server and an embedding engine process. Invariants: an `embed` yields one vector per input
 * in any number of `vectors`, or one `refused` before any vector, or one `failed`, unless it was cancelled; a `count`
 * yields one `counts` or `failed`.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { EmbeddingInput, EmbeddingModelCapabilities } from '../embedding-model.ts';
import type { Priority } from '../language-model.ts';
import type { FromEngine } from './engine-protocol.ts';

export interface EmbedderSettings {
  modelId: string;
  /** File or folder of the model. */
  path: string;
  /** Maximum tokens per input; undefined = the model's limit. */
  inputTokens?: number;
  threads: number;
}

/** The report of a loaded model. */
export interface EmbeddingFacts extends EmbeddingModelCapabilities {
  loadMs: number;
}

/** Why one input of a request cannot be embedded. */
export type InputError =
  /** `isLeast`: `tokens` is a lower bound, because counting stopped early. */
  | { index: number; code: 'too_long'; limit: number; tokens: number; isLeast?: boolean }
  | { index: number; code: 'unknown_token'; token: number; vocabulary: number };

export type EmbedEvent =
  /** The next vectors, in the order of the inputs, and the number of tokens of these inputs. */
  | { type: 'vectors'; vectors: Float32Array[]; tokens: number }
  | { type: 'refused'; error: InputError }
  /** The number of tokens of each text. */
  | { type: 'counts'; counts: number[] };

export interface EmbedMessage {
  type: 'embed';
  id: number;
  inputs: readonly EmbeddingInput[];
  priority: Priority;
}

export interface CountMessage {
  type: 'count';
  id: number;
  texts: readonly string[];
}

export type FromEmbedder = FromEngine<EmbeddingFacts, EmbedEvent>;

/** `name`: the caller's name for the input. */
export function toInputError(error: InputError, name: string): ApiError {
  if (error.code === 'too_long') return errors.inputTooLong(name, error.limit, error);
  return errors.unknownToken(name, error.token, error.vocabulary);
}
