/**
 * Errors of an engine process that the error catalogue defines. The engine process creates them; the server turns them
 * into API errors.
 */
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
  /** `detail`: the engine's own error, for the log only. */
  | { code: 'model_unusable'; message: string; detail?: string }
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

/** For a model that cannot be loaded. `message` is a sentence. */
export function unusable(message: string): EngineFailure {
  return new EngineFailure({ code: 'model_unusable', message });
}

/**
 * A model that was read and cannot be used. The message completes the sentence `The file of 'x' cannot be loaded: ….`
 */
export class UnfitModel extends Error {
  override readonly name = 'UnfitModel';
}

/** Error texts of engines for models that are too large. */
const NO_MEMORY = /out of memory|not enough (v?ram|memory)|bad_alloc|failed to allocate|unable to allocate|ENOMEM/i;
const UNKNOWN_KIND = /unknown (model )?architecture|unsupported (model|architecture)|not supported/i;

/**
 * The message names the model and the reason. The engine's own error, which may contain paths, goes to the log only.
 */
export function toLoadFailure(
  error: unknown,
  { modelId, what }: { modelId: string; what: 'file' | 'folder' },
): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `The ${what} of '${modelId}' cannot be loaded: ${reasonOf(error, detail)}.`;
  return { code: 'model_unusable', message, detail };
}

function reasonOf(error: unknown, detail: string): string {
  if (error instanceof UnfitModel) return error.message;
  const { code } = error as { code?: unknown };
  if (code === 'ENOENT') return 'it is not there, or a part of it is missing';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read';
  if (NO_MEMORY.test(detail)) return 'there is not enough memory for it';
  if (UNKNOWN_KIND.test(detail)) return 'it is of a kind that this version does not know';
  return 'it is damaged or incomplete, or of a kind that this version does not know';
}

/** Unexpected errors become `engine_failed`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const message = withoutPaths(error instanceof Error ? error.message : String(error));
  return { code: 'engine_failed', message: message.endsWith('.') ? message : `${message}.` };
}

/** Reduces paths to file names. */
function withoutPaths(message: string): string {
  return message.replaceAll(/(?:[A-Za-z]:)?(?:[\\/][^\s\\/'"`:,;()]+)+[\\/]/g, '');
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
