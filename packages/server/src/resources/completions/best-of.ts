/** `best_of`: selects the choices of a prompt with the highest mean log probability. Pure. */
import type { CompletionLogprobs } from '@selfsame/contract';

export interface Candidate {
  text: string;
  logprobs: CompletionLogprobs | null;
  reason: 'stop' | 'length' | 'content_filter';
  /** Sum of the log probabilities of the answer's tokens, and the number of tokens. */
  sum: number;
  tokens: number;
}

/**
 * Returns the `returned` best of the `of` candidates of each prompt, best first, the earlier of equal ones first.
 * If all are returned, their order does not change.
 */
export function pickBest(
  candidates: readonly Candidate[],
  { of, returned }: { of: number; returned: number },
): readonly Candidate[] {
  if (returned === of) return candidates;
  const groups = Map.groupBy(candidates.entries(), ([index]) => Math.floor(index / of));
  return [...groups.values()].flatMap((group) =>
    group
      .map(([, candidate]) => candidate)
      .sort((a, b) => mean(b) - mean(a))
      .slice(0, returned),
  );
}

/** An answer without tokens is the worst. */
function mean({ sum, tokens }: Candidate): number {
  return tokens === 0 ? -Number.MAX_VALUE : sum / tokens;
}
