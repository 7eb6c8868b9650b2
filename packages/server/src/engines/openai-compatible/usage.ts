/** Reads token counts from an upstream's `usage`. Invalid counts are ignored. Pure. */
import type { GenerateUsage } from '../language-model.ts';
import { isRecord, toCount } from './wire-value.ts';

/**
 * Undefined unless both prompt and completion tokens are known; they are then estimated. Zero for both is ignored as
 * well: some servers send it with every event but the last.
 */
export function readUsage(value: unknown): GenerateUsage | undefined {
  if (!isRecord(value)) return undefined;
  const total = toCount(value['total_tokens']);
  const statedPrompt = toCount(value['prompt_tokens']);
  const statedCompletion = toCount(value['completion_tokens']);
  const promptTokens = statedPrompt ?? difference(total, statedCompletion);
  const completionTokens = statedCompletion ?? difference(total, statedPrompt);
  if (promptTokens === undefined || completionTokens === undefined) return undefined;
  if (promptTokens === 0 && completionTokens === 0) return undefined;
  const details = value['prompt_tokens_details'];
  const cached = isRecord(details) ? (toCount(details['cached_tokens']) ?? 0) : 0;
  return { promptTokens, cachedTokens: Math.min(cached, promptTokens), completionTokens };
}

/** Input tokens of an embedding request; undefined if unknown. */
export function readInputTokens(value: unknown): number | undefined {
  if (!isRecord(value)) return undefined;
  const stated = toCount(value['prompt_tokens']) ?? toCount(value['total_tokens']);
  return stated === 0 ? undefined : stated;
}

function difference(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || part > total ? undefined : total - part;
}
