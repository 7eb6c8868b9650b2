/** What each type of upstream honours. What is not listed is refused by its parameter's name, never sent and ignored. */
import type { AnswerHint, LanguageModelFeature } from '../language-model.ts';
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

/** Hints are sent to types that act on them or ignore them. */
const HINTS_BY_TYPE: Readonly<Record<UpstreamType, readonly AnswerHint[]>> = {
  vllm: ['reasoning_effort'],
  sglang: ['reasoning_effort'],
  'llama-server': ['reasoning_effort'],
  ollama: ['reasoning_effort'],
  openai: ['verbosity', 'reasoning_effort', 'prediction'],
  other: ['verbosity', 'reasoning_effort', 'prediction'],
};

const HINTS = HINTS_BY_TYPE.openai;

/** Those of its type, with `name` added and `-name` taken away. Throws for a name that the adapter cannot ask for. */
export function toFeatures(options: UpstreamOptions): readonly LanguageModelFeature[] {
  return chosen(options).filter(isAskable);
}

/** As `toFeatures`, of hints. */
export function toHints(options: UpstreamOptions): readonly AnswerHint[] {
  return chosen(options).filter(isHint);
}

function chosen({ name, type, features = [] }: UpstreamOptions): readonly (Askable | AnswerHint)[] {
  const all = new Set<Askable | AnswerHint>([...BY_TYPE[type], ...HINTS_BY_TYPE[type]]);
  for (const entry of features) {
    const feature = entry.replace(/^-/, '');
    if (!isAskable(feature) && !isHint(feature)) {
      const known = [...ASKABLE, ...HINTS].join(', ');
      throw new Error(`The upstream '${name}' has no feature '${feature}'. There are: ${known}.`);
    }
    if (entry.startsWith('-')) all.delete(feature);
    else all.add(feature);
  }
  return [...all];
}

function isAskable(feature: string): feature is Askable {
  return (ASKABLE as readonly string[]).includes(feature);
}

function isHint(feature: string): feature is AnswerHint {
  return (HINTS as readonly string[]).includes(feature);
}
