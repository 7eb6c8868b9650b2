/** Sampling parameters → the engine's. Pure. What the model cannot do is refused by name. */
import type { LanguageModel, Sampling } from '../engines/language-model.ts';
import { errors } from '../errors/catalogue.ts';
import { requireFeature } from './features.ts';

/** What every text endpoint calls alike. */
export interface SamplingParams {
  temperature?: number | null;
  top_p?: number | null;
  seed?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  logit_bias?: Readonly<Record<string, number>> | null;
}

export function toSampling(params: SamplingParams, model: LanguageModel): Sampling {
  const { seed } = params;
  return {
    temperature: params.temperature ?? 1,
    topP: params.top_p ?? 1,
    ...(seed === undefined || seed === null ? {} : { seed }),
    ...toPenalties(params, model),
    ...toLogitBias(params, model),
  };
}

function toPenalties(params: SamplingParams, model: LanguageModel): Partial<Sampling> {
  const frequencyPenalty = params.frequency_penalty ?? 0;
  const presencePenalty = params.presence_penalty ?? 0;
  if (frequencyPenalty !== 0) requireFeature(model, 'penalties', 'frequency_penalty');
  if (presencePenalty !== 0) requireFeature(model, 'penalties', 'presence_penalty');
  return frequencyPenalty === 0 && presencePenalty === 0 ? {} : { frequencyPenalty, presencePenalty };
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
