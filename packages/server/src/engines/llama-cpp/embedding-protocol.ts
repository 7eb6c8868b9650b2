/**
 * What the server and an embedding engine process say to each other. It is framed as the language models' protocol is, so that the same
 * keeper of processes serves both. Invariant: every `embed` is answered by `vectors` up to one per input, by one `refused` before any
 * vector, or by one `failed`, unless it was cancelled.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { EmbeddingInput } from '../embedding-model.ts';
import type { Priority } from '../language-model.ts';
import type { Failure, LoadedFacts, LoadSettings } from './protocol.ts';

/** `contextTokens`: most tokens of one input; never more than the model was trained on. */
export type EmbedderSettings = Pick<LoadSettings, 'modelId' | 'path' | 'contextTokens' | 'threads'>;

/** What is known once the model is loaded. */
export interface EmbeddingFacts extends Pick<LoadedFacts, 'contextTokens' | 'loadMs'> {
  dimensions: number;
}

/** Why one input of a request cannot be embedded. */
export type InputFault =
  | { index: number; code: 'too_long'; limit: number; tokens: number }
  | { index: number; code: 'unknown_token'; token: number; vocabulary: number };

export type EmbedEvent =
  /** The next vectors, in the order of the inputs, and how many tokens these inputs had. */
  { type: 'vectors'; vectors: Float32Array[]; tokens: number } | { type: 'refused'; fault: InputFault };

export type ToEmbedder =
  | { type: 'load'; settings: EmbedderSettings }
  | { type: 'embed'; id: number; inputs: readonly EmbeddingInput[]; priority: Priority }
  | { type: 'cancel'; id: number };

export type FromEmbedder =
  | { type: 'loaded'; facts: EmbeddingFacts }
  | { type: 'unloadable'; failure: Failure }
  | { type: 'events'; events: [id: number, event: EmbedEvent][] }
  | { type: 'failed'; id: number; failure: Failure }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; message: string };

/** `name`: what the caller calls the input. */
export function toInputError(fault: InputFault, name: string): ApiError {
  if (fault.code === 'too_long') return errors.inputTooLong(name, fault.limit, fault.tokens);
  return errors.unknownToken(name, fault.token, fault.vocabulary);
}
