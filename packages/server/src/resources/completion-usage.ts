/**
 * Counts the tokens of generation events for the wire field `usage`, and reports them to the meter with every event, so
 * that a disconnected caller is metered for the tokens generated so far. A request may have several prompts with
 * several choices each.
 */
import type { CompletionUsage } from '@selfsame/contract';
import type { GenerationEvent, PromptCount } from '../generation/generate.ts';
import type { Context } from '../operations/context.ts';

export interface UsageTally {
  /** @param prompt index of the event's prompt in the request. Default 0. */
  count(event: GenerationEvent, prompt?: number): void;
  usage(): CompletionUsage;
}

export function createUsageTally(modelId: string, { meter }: Pick<Context, 'meter'>): UsageTally {
  let inputTokens = 0;
  let cachedInputTokens = 0;
  let outputTokens = 0;
  let reasoningTokens = 0;
  let estimated = false;
  const byPrompt = new Map<number, PromptCount>();
  const byChoice = new Map<number, Map<number, number>>();

  const setPrompt = (prompt: number, count: PromptCount) => {
    const before = byPrompt.get(prompt);
    inputTokens += count.promptTokens - (before?.promptTokens ?? 0);
    cachedInputTokens += count.cachedTokens - (before?.cachedTokens ?? 0);
    byPrompt.set(prompt, count);
    estimated = byPrompt.values().some((each) => each.estimated === true);
  };
  const choicesOf = (prompt: number) => {
    const known = byChoice.get(prompt) ?? new Map<number, number>();
    byChoice.set(prompt, known);
    return known;
  };

  return {
    count(event, prompt = 0) {
      const count = event.type === 'start' ? event : event.type === 'finish' ? event.count : undefined;
      if (count !== undefined) setPrompt(prompt, count);
      if (event.type === 'finish') reasoningTokens += event.reasoningTokens;
      if (event.type !== 'start') {
        const choices = choicesOf(prompt);
        outputTokens += event.completionTokens - (choices.get(event.choice) ?? 0);
        choices.set(event.choice, event.completionTokens);
      }
      meter({ modelId, inputTokens, outputTokens, cachedInputTokens });
    },
    usage: () => ({
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      prompt_tokens_details: { cached_tokens: cachedInputTokens, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: reasoningTokens,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
      // An extension of the API: marks counts that the upstream did not report.
      ...(estimated ? { estimated } : {}),
    }),
  };
}
