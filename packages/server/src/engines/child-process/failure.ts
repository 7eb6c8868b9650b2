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
  /** `detail`: what the engine says, for the log alone. */
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

/** The model cannot be loaded; `message` says why, in a sentence. */
export function unusable(message: string): EngineFailure {
  return new EngineFailure({ code: 'model_unusable', message });
}

/** Why a model that was read cannot be used: the end of a sentence for callers. */
export class UnfitModel extends Error {
  override readonly name = 'UnfitModel';
}

/** What engines say of a model that is too large, in their own words. */
const NO_MEMORY = /out of memory|not enough (v?ram|memory)|bad_alloc|failed to allocate|unable to allocate|ENOMEM/i;
const UNKNOWN_KIND = /unknown (model )?architecture|unsupported (model|architecture)|not supported/i;

/** Callers learn which model it is and what to look at; what the engine says, paths included, is for the log. */
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

/** The failure behind any error; what was not foreseen is `engine_failed`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const message = withoutPaths(error instanceof Error ? error.message : String(error));
  return { code: 'engine_failed', message: message.endsWith('.') ? message : `${message}.` };
}

/** Keeps the names of files and not the folders that they are in. */
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
