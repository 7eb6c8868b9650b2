/** `best_of`: of the choices that were generated for a prompt, those whose tokens the model held likeliest on average. Pure. */
import type { CompletionLogprobs } from '@selfsame/contract';

export interface Candidate {
  text: string;
  logprobs: CompletionLogprobs | null;
  reason: 'stop' | 'length' | 'content_filter';
  /** Sum of the log probabilities of the answer's tokens, and how many they are. */
  sum: number;
  tokens: number;
}

/** For each prompt, `returned` of its `of` candidates, the best first; the earlier of two that are as good. All of them stay as they are. */
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

/** An answer without a token is the worst of all. */
function mean({ sum, tokens }: Candidate): number {
  return tokens === 0 ? -Number.MAX_VALUE : sum / tokens;
}
