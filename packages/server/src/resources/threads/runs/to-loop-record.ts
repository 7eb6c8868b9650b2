/** Runs ↔ records of the loop. Pure. */
import type { LoopCut, OpenPart } from '../../../generation/loop/loop-state.ts';
import type { LoopDefinition, LoopRecord } from '../../../generation/loop/loop-store.ts';
import type { OpenStep, RunDefinition, RunFields, RunRecord } from '../../../storage/repositories/runs.ts';

const BUDGETS = { max_prompt_tokens: 'prompt_tokens', max_completion_tokens: 'completion_tokens' } as const;
const REASONS = { prompt_tokens: 'max_prompt_tokens', completion_tokens: 'max_completion_tokens' } as const;

export function toLoopRecord(run: RunRecord): LoopRecord {
  const { id, definition, status, open, calls, promptTokens, completionTokens, lastError, incompleteReason } = run;
  const { jobId, attempt, expiresAt } = run;
  return {
    id,
    definition: toLoopDefinition(definition),
    status,
    open: open === null ? null : toOpenPart(open),
    calls,
    tokens: { promptTokens, completionTokens },
    error: lastError,
    cut: incompleteReason === null ? null : BUDGETS[incompleteReason],
    jobId,
    attempt,
    expiresAt,
  };
}

function toLoopDefinition(definition: RunDefinition): LoopDefinition {
  const { instructions, truncation, maxPromptTokens, maxCompletionTokens } = definition;
  const window =
    truncation.type === 'auto'
      ? ({ type: 'fitting' } as const)
      : ({ type: 'last_messages', messages: truncation.lastMessages } as const);
  const rules = { clientCalls: 'wait', withheld: 'fail', thoughts: 'discard' } as const;
  return { instructions, window, maxPromptTokens, maxCompletionTokens, ...rules };
}

/** The id of a message is that of the message object; calls have the id of their step. */
export function toOpenPart({ stepId, messageId }: OpenStep): OpenPart {
  return messageId === null ? { id: stepId, type: 'calls' } : { id: messageId, type: 'message' };
}

/** The fields of the run that follow from the loop. `open` is kept by `run-parts.ts`. */
export function toRunFields(record: LoopRecord): Omit<Partial<RunFields>, 'open'> {
  const { status, calls, tokens, error, cut, attempt } = record;
  return { status, calls, ...tokens, lastError: toRunError(error), incompleteReason: toReason(cut), attempt };
}

/** Runs have no code for a prompt that is too long. */
function toRunError(error: LoopRecord['error']): RunFields['lastError'] {
  if (error === null) return null;
  const { code, message } = error;
  return { code: code === 'context_length_exceeded' ? 'invalid_prompt' : code, message };
}

/** Runs fail if an answer is withheld. */
const toReason = (cut: LoopCut | null) => (cut === null || cut === 'withheld' ? null : REASONS[cut]);
