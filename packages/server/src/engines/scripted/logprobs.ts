/**
 * Made-up log probabilities of the scripted engine. They say nothing about language, but they have the form of a real model's: the same
 * place gives the same numbers, the token that is written is the likeliest, and the probabilities of one place sum to less than 1.
 */
import { createHash } from 'node:crypto';
import type { PromptToken, TokenChance, TokenLogprob } from '../language-model.ts';

/** The token that is written gets at least so much, and at most LEAST_CHANCE + CHANCE_RANGE. */
const LEAST_CHANCE = 0.5;
const CHANCE_RANGE = 0.4;
const HASH_RANGE = 2 ** 32;

function toChance(token: string, logprob: number): TokenChance {
  return { token, bytes: [...Buffer.from(token, 'utf8')], logprob };
}

/** `token` in place `at` of its text, with so many of the likeliest tokens there: itself, then ` other1`, ` other2`, … */
export function toScriptedLogprob(token: string, at: number, topLogprobs: number): TokenLogprob {
  const hash = createHash('sha256').update(`${at} ${token}`).digest().readUInt32LE();
  const chance = LEAST_CHANCE + (CHANCE_RANGE * hash) / HASH_RANGE;
  const own = toChance(token, Math.log(chance));
  // Each other token has half the chance of the one before; all of them together have what the token leaves.
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
