/** Errors of an engine process that have a place in the error catalogue: made in the child, sent over, told to the caller by the server. */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';

export type Failure =
  | {
      code: 'context_length_exceeded';
      limit: number;
      promptTokens: number;
      completionTokens: number;
      param: 'messages' | 'prompt';
    }
  | { code: 'unknown_token'; param: string; token: number; vocabulary: number }
  | { code: 'model_unusable'; message: string }
  | { code: 'invalid_messages'; message: string }
  | { code: 'invalid_parameter'; param: string; message: string }
  | { code: 'engine_overloaded'; waiting: number }
  | { code: 'engine_failed'; message: string };

export class EngineFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super('message' in failure ? failure.message : failure.code);
    this.name = 'EngineFailure';
    this.failure = failure;
  }
}

/** The model cannot be loaded; `message` says why, in a sentence. */
export function unusable(message: string): EngineFailure {
  return new EngineFailure({ code: 'model_unusable', message });
}

/** The failure behind any error; what was not foreseen is `engine_failed`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', message: message.endsWith('.') ? message : `${message}.` };
}

const RETRY_AFTER_SECONDS = 30;

export function toApiError(failure: Failure): ApiError {
  switch (failure.code) {
    case 'context_length_exceeded': {
      const { limit, promptTokens, completionTokens, param } = failure;
      return errors.contextLengthExceeded(limit, { promptTokens, completionTokens, param });
    }
    case 'unknown_token':
      return errors.unknownToken(failure.param, failure.token, failure.vocabulary);
    case 'model_unusable':
      return errors.modelUnavailable(failure.message, RETRY_AFTER_SECONDS);
    case 'invalid_messages':
      return errors.invalidValue('messages', failure.message);
    case 'invalid_parameter':
      return errors.invalidValue(failure.param, failure.message);
    case 'engine_overloaded':
      return errors.engineOverloaded(failure.waiting);
    case 'engine_failed':
      return errors.engineFailed(failure.message);
  }
}
