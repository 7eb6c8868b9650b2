/** Sampling parameters → the engine's. Pure. Missing parameters are left out; unsupported ones are refused by name. */
import type { LanguageModel, Sampling } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { requireFeature } from './features.ts';

/** Parameters with the same names in every text endpoint. */
export interface SamplingParams {
  temperature?: number | null;
  top_p?: number | null;
  seed?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  logit_bias?: Readonly<Record<string, number>> | null;
}

export function toSampling(params: SamplingParams, model: LanguageModel): Sampling {
  const { seed, temperature, top_p: topP } = params;
  return {
    ...defined({ temperature: temperature ?? undefined, topP: topP ?? undefined, seed: seed ?? undefined }),
    ...toPenalties(params, model),
    ...toLogitBias(params, model),
  };
}

function toPenalties(params: SamplingParams, model: LanguageModel): Partial<Sampling> {
  const { frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty } = params;
  return {
    ...(asksFor(frequencyPenalty, 'frequency_penalty', model) ? { frequencyPenalty } : {}),
    ...(asksFor(presencePenalty, 'presence_penalty', model) ? { presencePenalty } : {}),
  };
}

/** A penalty of 0 is passed on if the model has penalties: its default may differ. */
function asksFor(penalty: number | null | undefined, param: string, model: LanguageModel): penalty is number {
  if (penalty === undefined || penalty === null) return false;
  if (penalty !== 0) requireFeature(model, 'penalties', param);
  return model.capabilities.features.includes('penalties');
}

function toLogitBias(params: SamplingParams, model: LanguageModel): Partial<Sampling> {
  const entries = Object.entries(params.logit_bias ?? {});
  if (entries.length === 0) return {};
  requireFeature(model, 'logit_bias', 'logit_bias');
  const logitBias = entries.map(([key, value]): [number, number] => {
    if (/^\d+$/.test(key)) return [Number(key), value];
    throw errors.invalidValue('logit_bias', `Invalid key in 'logit_bias': '${key}'. Keys are token ids of the model.`);
  });
  return { logitBias: new Map(logitBias) };
}
