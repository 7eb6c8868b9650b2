/** Converts the sampling options of a job to those of the binding. */
import { type LlamaModel, type SequenceEvaluateOptions, type Token, TokenBias } from 'node-llama-cpp';
import type { Sampling } from '../language-model.ts';
import { addCallerBias } from './caller-bias.ts';
import type { Job } from './job.ts';

/** Maximum number of answer tokens that penalties apply to. */
const MAX_PENALIZED_TOKENS = 8192;
const SEED_RANGE = 2 ** 32;

/**
 * Maps a 53-bit integer to 32 bits. Returns a random seed for undefined: the engine's default repeats within a second.
 */
export function toEngineSeed(seed: number | undefined): number {
  if (seed === undefined) return Math.floor(Math.random() * SEED_RANGE);
  if (seed >= 0 && seed < SEED_RANGE) return seed;
  const high = Math.floor(seed / SEED_RANGE);
  let mixed = Math.imul(high ^ 0x5bd1e995, 0x85ebca6b) ^ (seed - high * SEED_RANGE);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Temperature and nucleus sampling as in the API: no top-k, no min-p, no penalties. */
export function toSamplerOptions({ temperature = 1, topP = 1, seed }: Sampling): SequenceEvaluateOptions {
  // null disables the top-k stage; 0 would sort the whole vocabulary for every token, and undefined means 40.
  const topK = null as unknown as number;
  return { temperature, topP, topK, minP: 0, seed: toEngineSeed(seed) };
}

/** `answered`: the tokens of the answer. The caller appends to this list while the job runs. */
export function toEvaluateOptions(
  { sampling, grammar, bias, maxTokens }: Job,
  model: LlamaModel,
  answered: Token[],
): SequenceEvaluateOptions {
  const { frequencyPenalty = 0, presencePenalty = 0, logitBias } = sampling;
  const options = toSamplerOptions(sampling);
  if (grammar !== undefined) options.grammarEvaluationState = grammar;
  if (frequencyPenalty !== 0 || presencePenalty !== 0) {
    options.repeatPenalty = {
      punishTokens: () => answered,
      maxPunishTokens: Math.min(maxTokens, MAX_PENALIZED_TOKENS),
      penalty: 1,
      frequencyPenalty,
      presencePenalty,
    };
  }
  if (bias !== undefined) options.tokenBias = () => bias(answered);
  else if (logitBias !== undefined) options.tokenBias = toTokenBias(model, logitBias);
  return options;
}

function toTokenBias(model: LlamaModel, logitBias: ReadonlyMap<number, number>): TokenBias {
  const bias = new TokenBias(model.tokenizer);
  addCallerBias(bias, logitBias, { isEnd: (token) => model.isEogToken(token), underGrammar: false });
  return bias;
}
