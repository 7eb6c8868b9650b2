/** How a job's tokens are drawn, in the binding's words. */
import { type LlamaModel, type SequenceEvaluateOptions, type Token, TokenBias } from 'node-llama-cpp';
import type { Sampling } from '../language-model.ts';
import { addCallerBias } from './caller-bias.ts';
import type { Job } from './job.ts';

/** Tokens of the answer that penalties look back on. */
const MOST_PUNISHED = 8192;
const SEED_RANGE = 2 ** 32;

/** Any 53-bit integer becomes one of 32 bits; no seed becomes a random one (the engine's own default repeats within a second). */
export function toEngineSeed(seed: number | undefined): number {
  if (seed === undefined) return Math.floor(Math.random() * SEED_RANGE);
  if (seed >= 0 && seed < SEED_RANGE) return seed;
  const high = Math.floor(seed / SEED_RANGE);
  let mixed = Math.imul(high ^ 0x5bd1e995, 0x85ebca6b) ^ (seed - high * SEED_RANGE);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** The model's own distribution under temperature and nucleus, as the API has it: no top-k, no min-p, no penalties. */
export function toSamplerOptions({ temperature = 1, topP = 1, seed }: Sampling): SequenceEvaluateOptions {
  // null leaves the top-k stage out; 0 would sort the whole vocabulary for every token, and leaving it away means 40.
  const topK = null as unknown as number;
  return { temperature, topP, topK, minP: 0, seed: toEngineSeed(seed) };
}

/** `answered`: the tokens of the answer so far; the list grows while the job is decoded. */
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
      maxPunishTokens: Math.min(maxTokens, MOST_PUNISHED),
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
