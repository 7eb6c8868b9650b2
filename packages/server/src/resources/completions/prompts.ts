/** The four forms of `prompt` → one list. Pure. */
import type { CreateCompletionRequest } from '@selfsame/contract';

export type Prompt = string | readonly number[];

/** A missing prompt is the empty text. */
export function toPrompts(prompt: CreateCompletionRequest['prompt']): readonly Prompt[] {
  if (prompt === undefined || prompt === null) return [''];
  if (typeof prompt === 'string' || isTokens(prompt)) return [prompt];
  return prompt;
}

export function isTokens(prompt: Prompt | readonly Prompt[]): prompt is readonly number[] {
  return typeof prompt !== 'string' && typeof prompt[0] === 'number';
}
