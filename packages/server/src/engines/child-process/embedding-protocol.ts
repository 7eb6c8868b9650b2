/**
 * What the server and an embedding engine process say to each other. Invariant: every `embed` is answered by `vectors` up to one per
 * input, by one `refused` before any vector, or by one `failed`, unless it was cancelled; every `count` by one `counts` or `failed`.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { EmbeddingInput, EmbeddingModelCapabilities } from '../embedding-model.ts';
import type { Priority } from '../language-model.ts';
import type { FromEngine } from './messages.ts';

export interface EmbedderSettings {
  modelId: string;
  /** File or folder of the model. */
  path: string;
  /** Most tokens of one input that are wanted; undefined = what the model can take. */
  inputTokens?: number;
  threads: number;
}

/** What is known once the model is loaded. */
export interface EmbeddingFacts extends EmbeddingModelCapabilities {
  loadMs: number;
}

/** Why one input of a request cannot be embedded. */
export type InputFault =
  /** `isLeast`: the input was not counted to its end. */
  | { index: number; code: 'too_long'; limit: number; tokens: number; isLeast?: boolean }
  | { index: number; code: 'unknown_token'; token: number; vocabulary: number };

export type EmbedEvent =
  /** The next vectors, in the order of the inputs, and how many tokens these inputs had. */
  | { type: 'vectors'; vectors: Float32Array[]; tokens: number }
  | { type: 'refused'; fault: InputFault }
  /** Tokens of each text that was to be counted. */
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

/** `name`: what the caller calls the input. */
export function toInputError(fault: InputFault, name: string): ApiError {
  if (fault.code === 'too_long') return errors.inputTooLong(name, fault.limit, fault);
  return errors.unknownToken(name, fault.token, fault.vocabulary);
}
