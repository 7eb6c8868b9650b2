/** Responses ↔ records of the loop. Pure. */
import type { LoopCut } from '../../generation/loop/loop-state.ts';
import type { LoopDefinition, LoopRecord } from '../../generation/loop/loop-store.ts';
import type { ResponseFields, ResponseRecord, ResponseStatus } from '../../storage/repositories/responses.ts';

const REASONS: Readonly<Record<LoopCut, string>> = {
  prompt_tokens: 'max_output_tokens',
  completion_tokens: 'max_output_tokens',
  withheld: 'content_filter',
};

export function toLoopRecord(response: ResponseRecord): LoopRecord {
  const { id, status, open, calls, promptTokens, completionTokens, jobId, attempt } = response;
  const tokens = { promptTokens, completionTokens };
  const definition = toLoopDefinition(response);
  // A response that has ended never changes, so that the reasons of its end are not read.
  return { id, definition, status, open, calls, tokens, error: null, cut: null, jobId, attempt, expiresAt: null };
}

function toLoopDefinition({ request }: ResponseRecord): LoopDefinition {
  const { instructions, truncation, max_output_tokens: limit } = request;
  return {
    instructions: typeof instructions === 'string' ? instructions : '',
    window: { type: truncation === 'auto' ? 'fitting' : 'all' },
    maxPromptTokens: null,
    maxCompletionTokens: typeof limit === 'number' ? limit : null,
    clientCalls: 'complete',
    withheld: 'cut',
    thoughts: 'keep',
  };
}

/** The fields of the response that follow from the loop. */
export function toResponseFields({ status, calls, tokens, error, cut, attempt }: LoopRecord) {
  const { promptTokens, completionTokens } = tokens;
  return {
    // The client's calls complete a response, and it does not expire.
    status: status as ResponseStatus,
    calls,
    promptTokens,
    completionTokens,
    error,
    incompleteReason: cut === null ? null : REASONS[cut],
    attempt,
  } satisfies Partial<ResponseFields>;
}
