/**
 * What the server and its engine process say to each other, over Node's IPC channel with structured clones.
 * Invariant: every `generate` is answered by events up to one `finish`, or by one `failed`, unless it was cancelled.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ConversationRequest, GenerateEvent } from '../language-model.ts';
import type { CallMarks } from './call-reader.ts';
import type { ToolFamily } from './tool-form.ts';

export interface LoadSettings {
  modelId: string;
  /** GGUF file. */
  path: string;
  /** Jinja chat template; undefined = the file's own. */
  chatTemplate?: string;
  /** Strings that end the model's turn, for templates without a control token for it. */
  endOfTurn: readonly string[];
  contextTokens: number;
  parallelRequests: number;
  threads: number;
}

/** What is known once the model is loaded. */
export interface LoadedFacts {
  /** Most prompt + completion tokens of one request: what was asked for, at most what the model was trained on. */
  contextTokens: number;
  fingerprint: string;
  /** How a language model writes calls of functions. */
  toolFamily?: ToolFamily;
  loadMs: number;
}

export type Failure =
  | { code: 'context_length_exceeded'; limit: number; promptTokens: number; completionTokens: number }
  | { code: 'insufficient_memory'; neededBytes: number; freeBytes: number }
  | { code: 'model_unusable'; message: string }
  | { code: 'invalid_messages'; message: string }
  | { code: 'invalid_parameter'; param: string; message: string }
  | { code: 'engine_failed'; message: string };

export type ToEngine =
  | { type: 'load'; settings: LoadSettings }
  /** `grammar`: GBNF that the answer is decoded under. `calls`: how calls are found in it, where it may have any. */
  | { type: 'generate'; id: number; request: Omit<ConversationRequest, 'format'>; grammar?: string; calls?: CallMarks }
  | { type: 'cancel'; id: number };

export type FromEngine =
  | { type: 'loaded'; facts: LoadedFacts }
  | { type: 'unloadable'; failure: Failure }
  /** In order; every sampled token is an event of its own. */
  | { type: 'events'; events: [id: number, event: GenerateEvent][] }
  | { type: 'failed'; id: number; failure: Failure }
  | { type: 'log'; level: 'info' | 'warn' | 'error'; message: string };

/** An error of the engine process that has a place in the error catalogue. */
export class EngineFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super('message' in failure ? failure.message : failure.code);
    this.name = 'EngineFailure';
    this.failure = failure;
  }
}

/** The failure behind any error; what was not foreseen is `engine_failed`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', message: message.endsWith('.') ? message : `${message}.` };
}

const RETRY_AFTER_SECONDS = 30;

export function toApiError(failure: Failure, modelId: string): ApiError {
  switch (failure.code) {
    case 'context_length_exceeded':
      return errors.contextLengthExceeded(failure.limit, failure.promptTokens, failure.completionTokens);
    case 'insufficient_memory':
      return errors.insufficientMemory(modelId, failure.neededBytes, failure.freeBytes);
    case 'model_unusable':
      return errors.modelUnavailable(failure.message, RETRY_AFTER_SECONDS);
    case 'invalid_messages':
      return errors.invalidValue('messages', failure.message);
    case 'invalid_parameter':
      return errors.invalidValue(failure.param, failure.message);
    case 'engine_failed':
      return errors.engineFailed(failure.message);
  }
}
