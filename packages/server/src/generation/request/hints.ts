/** Hints of a request about the manner of its answer: a model that acts on them is sent them, and the others are named as ignored. */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { AnswerHints, LanguageModel } from '../../engines/language-model.ts';

type HintParams = Pick<CreateChatCompletionRequest, 'verbosity' | 'reasoning_effort' | 'prediction'>;

/** The hints that the model acts on. */
export function toAnswerHints(
  { verbosity, reasoning_effort: effort, prediction }: HintParams,
  { capabilities: { hints = [] } }: LanguageModel,
): { hints?: AnswerHints } {
  const sent: AnswerHints = {
    ...(hints.includes('verbosity') && typeof verbosity === 'string' ? { verbosity } : {}),
    ...(hints.includes('reasoning_effort') && typeof effort === 'string' ? { reasoning_effort: effort } : {}),
    ...(hints.includes('prediction') && typeof prediction === 'object' && prediction !== null ? { prediction } : {}),
  };
  return Object.keys(sent).length === 0 ? {} : { hints: sent };
}

/** Reports the hints that the model cannot act on. A value that describes what the model does anyway asks for nothing. */
export function reportIgnoredHints(
  params: HintParams,
  { capabilities: { hints = [], thinks = false } }: LanguageModel,
  ignore: (param: string) => void,
): void {
  const unasked = { verbosity: 'medium', reasoning_effort: thinks ? 'medium' : 'none', prediction: undefined } as const;
  for (const name of ['verbosity', 'reasoning_effort', 'prediction'] as const) {
    const value = params[name] ?? undefined;
    if (value !== undefined && value !== unasked[name] && !hints.includes(name)) ignore(name);
  }
}
