/** What each type of upstream honours. What is not listed is refused by its parameter's name, never sent and ignored. */
import type { LanguageModelFeature } from '../language-model.ts';
import type { UpstreamOptions, UpstreamType } from './options.ts';

/** What this adapter can ask of any upstream. */
const ASKABLE = ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion', 'suffix'] as const;

type Askable = (typeof ASKABLE)[number] & LanguageModelFeature;

const BY_TYPE: Readonly<Record<UpstreamType, readonly Askable[]>> = {
  vllm: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  sglang: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  'llama-server': ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion'],
  // It takes `logit_bias` and a `tool_choice` other than "auto" without a word and ignores them.
  ollama: ['penalties', 'format', 'tools', 'logprobs', 'completion', 'suffix'],
  openai: ['penalties', 'logit_bias', 'format', 'tools', 'logprobs', 'completion', 'suffix'],
  other: ['penalties', 'format', 'tools'],
};

/** Those of its type, with `name` added and `-name` taken away. Throws for a name that the adapter cannot ask for. */
export function toFeatures({ name, type, features = [] }: UpstreamOptions): readonly LanguageModelFeature[] {
  const chosen = new Set<LanguageModelFeature>(BY_TYPE[type]);
  for (const entry of features) {
    const feature = entry.replace(/^-/, '');
    if (!isAskable(feature)) {
      throw new Error(`The upstream '${name}' has no feature '${feature}'. There are: ${ASKABLE.join(', ')}.`);
    }
    if (entry.startsWith('-')) chosen.delete(feature);
    else chosen.add(feature);
  }
  return [...chosen];
}

function isAskable(feature: string): feature is Askable {
  return (ASKABLE as readonly string[]).includes(feature);
}
