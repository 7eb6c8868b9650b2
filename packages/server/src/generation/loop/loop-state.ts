/** The vocabulary of the loop: its statuses, its parts, and why they end. No API's names. */

export type LoopStatus =
  | 'queued'
  | 'in_progress'
  /** The model called functions of the client, which has to submit their outputs. */
  | 'waiting_for_outputs'
  | 'cancelling'
  | 'cancelled'
  | 'failed'
  | 'completed'
  | 'incomplete'
  | 'expired';

const ACTIVE: ReadonlySet<LoopStatus> = new Set(['queued', 'in_progress', 'waiting_for_outputs', 'cancelling']);

/** Whether a loop with this status has not ended. */
export function isActive(status: LoopStatus): boolean {
  return ACTIVE.has(status);
}

/** What the model is writing, or the calls that wait for their outputs. */
export type LoopPart = 'thought' | 'message' | 'calls';

/** The part that is not closed yet. */
export interface OpenPart {
  /** Identifies the part in the deltas of the stream. */
  id: string;
  type: LoopPart;
  /** Position of its first item in the output, if the API numbers items. */
  index?: number;
}

export type PartEnd = 'completed' | 'cancelled' | 'failed' | 'expired';

/** The token budget that is exhausted. The context limit counts as completion tokens. */
export type LoopBudget = 'prompt_tokens' | 'completion_tokens';

/** Why the model's answer is incomplete. `withheld`: a filter of the model's operator withheld the rest. */
export type LoopCut = LoopBudget | 'withheld';

/** Why a message is incomplete. */
export type MessageCut = LoopCut | 'cancelled' | 'expired' | 'failed';

export interface LoopError {
  code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt' | 'context_length_exceeded';
  message: string;
}
