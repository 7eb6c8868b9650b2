/**
 * Artificial log probabilities of the scripted engine, in the form of a real model's: the same position always has the
 * same numbers, the generated token is the likeliest, and the probabilities of a position sum to less than 1.
 */
import { createHash } from 'node:crypto';
import type { PromptToken, TokenChance, TokenLogprob } from '../language-model.ts';

/** Minimum probability of the generated token; the maximum is MIN_CHANCE + CHANCE_RANGE. */
const MIN_CHANCE = 0.5;
const CHANCE_RANGE = 0.4;
const HASH_RANGE = 2 ** 32;

function toChance(token: string, logprob: number): TokenChance {
  return { token, bytes: [...Buffer.from(token, 'utf8')], logprob };
}

/** `token` at position `at` of its text with `topLogprobs` alternatives: itself, then ` other1`, ` other2`, … */
export function toScriptedLogprob(token: string, at: number, topLogprobs: number): TokenLogprob {
  const hash = createHash('sha256').update(`${at} ${token}`).digest().readUInt32LE();
  const chance = MIN_CHANCE + (CHANCE_RANGE * hash) / HASH_RANGE;
  const own = toChance(token, Math.log(chance));
  // Each other token has half the probability of the previous one; together they have at most the rest.
  const others = Array.from({ length: topLogprobs }, (_, i) =>
    toChance(` other${i + 1}`, Math.log(1 - chance) - (i + 1) * Math.LN2),
  );
  return { ...own, top: [own, ...others].slice(0, topLogprobs) };
}

/** The tokens of a prompt. */
export function toScriptedPrompt(tokens: readonly string[], topLogprobs: number): PromptToken[] {
  return tokens.map((token, at) =>
    at === 0 ? { ...toChance(token, 0), logprob: null, top: [] } : toScriptedLogprob(token, at, topLogprobs),
  );
}
