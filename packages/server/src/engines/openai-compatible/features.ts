/** The features that each type of upstream honours. Parameters of other features are refused by name and never sent. */
import type { AnswerHint, LanguageModelFeature } from '../language-model.ts';
import type { UpstreamOptions, UpstreamType } from './options.ts';

/** Features that this adapter can request from an upstream. */
const ADAPTER_FEATURES = ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion', 'suffix'] as const;

type AdapterFeature = (typeof ADAPTER_FEATURES)[number] & LanguageModelFeature;

const BY_TYPE: Readonly<Record<UpstreamType, readonly AdapterFeature[]>> = {
  vllm: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  sglang: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  'llama-server': ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  // Ollama silently ignores `logit_bias` and every `tool_choice` other than "auto".
  ollama: ['penalties', 'format', 'tools', 'logprobs', 'completion', 'suffix'],
  openai: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion', 'suffix'],
  other: ['penalties', 'format', 'tools'],
};

/** Hints are sent only to types that act on them or ignore them. */
const HINTS_BY_TYPE: Readonly<Record<UpstreamType, readonly AnswerHint[]>> = {
  vllm: ['reasoning_effort'],
  sglang: ['reasoning_effort'],
  'llama-server': ['reasoning_effort'],
  ollama: ['reasoning_effort'],
  openai: ['verbosity', 'reasoning_effort', 'prediction'],
  other: ['verbosity', 'reasoning_effort', 'prediction'],
};

const HINTS = HINTS_BY_TYPE.openai;

/**
 * The features of its type, with `name` added and `-name` removed. Throws for a name that the adapter does not support.
 */
export function toFeatures(options: UpstreamOptions): readonly LanguageModelFeature[] {
  return selectFeatures(options).filter(isAdapterFeature);
}

/** Same for hints. */
export function toHints(options: UpstreamOptions): readonly AnswerHint[] {
  return selectFeatures(options).filter(isHint);
}

function selectFeatures({ name, type, features = [] }: UpstreamOptions): readonly (AdapterFeature | AnswerHint)[] {
  const all = new Set<AdapterFeature | AnswerHint>([...BY_TYPE[type], ...HINTS_BY_TYPE[type]]);
  for (const entry of features) {
    const feature = entry.replace(/^-/, '');
    if (!isAdapterFeature(feature) && !isHint(feature)) {
      const known = [...ADAPTER_FEATURES, ...HINTS].join(', ');
      throw new Error(`The upstream '${name}' has no feature '${feature}'. There are: ${known}.`);
    }
    if (entry.startsWith('-')) all.delete(feature);
    else all.add(feature);
  }
  return [...all];
}

function isAdapterFeature(feature: string): feature is AdapterFeature {
  return (ADAPTER_FEATURES as readonly string[]).includes(feature);
}

function isHint(feature: string): feature is AnswerHint {
  return (HINTS as readonly string[]).includes(feature);
}
