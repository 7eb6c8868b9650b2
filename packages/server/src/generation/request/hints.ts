/**
 * Hints of a request about the manner of its answer. A model gets the hints that it acts on; the others are ignored and
 * named. Pure.
 */
import type { AnswerHint, AnswerHints, LanguageModel } from '../../engines/language-model.ts';

export interface HintFields {
  verbosity?: string | null | undefined;
  reasoningEffort?: string | null | undefined;
  prediction?: object | null | undefined;
}

/** Returns the hints that the model acts on, as a property to spread. */
export function toAnswerHints(
  { verbosity, reasoningEffort, prediction }: HintFields,
  { capabilities: { hints = [] } }: LanguageModel,
): { hints?: AnswerHints } {
  const given = { verbosity, reasoning_effort: reasoningEffort, prediction };
  const supported = Object.entries(given).filter(
    ([name, value]) => hints.includes(name as AnswerHint) && value !== undefined && value !== null,
  );
  return supported.length === 0 ? {} : { hints: Object.fromEntries(supported) as AnswerHints };
}

/** Returns the hints that the model cannot act on, except those that describe its default. */
export function findIgnoredHints(
  { verbosity, reasoningEffort, prediction }: HintFields,
  { capabilities: { hints = [], thinks = false } }: LanguageModel,
): AnswerHint[] {
  const given = { verbosity, reasoning_effort: reasoningEffort, prediction };
  const defaults = { verbosity: 'medium', reasoning_effort: thinks ? 'medium' : 'none', prediction: undefined };
  return (['verbosity', 'reasoning_effort', 'prediction'] as const).filter((name) => {
    const value = given[name] ?? undefined;
    return value !== undefined && value !== defaults[name] && !hints.includes(name);
  });
}
