/**
 * Log probabilities in the form of plain completions. Pure. Invariants: the lists have one item for each token; an
 * offset counts the code points before the token; tokens of one code point share its offset.
 */
import type { CompletionLogprobs } from '@selfsame/contract';
import type { PromptToken, TokenChance } from '../../engines/language-model.ts';
import { toTokenText, toWireLogprob } from '../logprobs.ts';

type Lists = Required<CompletionLogprobs>;

/** Writes the tokens of one choice, in order. `offset`: code points of the text before the first token. */
export function createLogprobsWriter(offset: number): (tokens: readonly PromptToken[]) => Lists {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let at = offset;
  return (tokens) => {
    const lists: Lists = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
    for (const token of tokens) append(lists, { token, at: advance(token) });
    return lists;
  };

  function advance({ bytes }: PromptToken): number {
    const before = at;
    at += countCharacters(decoder.decode(Uint8Array.from(bytes ?? []), { stream: true }));
    return before;
  }
}

function append(lists: Lists, { token, at }: { token: PromptToken; at: number }): void {
  const { logprob, top } = token;
  lists.tokens.push(toName(token));
  lists.token_logprobs.push(logprob === null ? null : toWireLogprob(logprob));
  lists.top_logprobs.push(logprob === null ? null : toMap([{ ...token, logprob }, ...top]));
  lists.text_offset.push(at);
}

/** Keeps the likelier of two tokens with one name, and always the sampled token. */
function toMap([own, ...top]: readonly [TokenChance, ...TokenChance[]]): Record<string, number> {
  const likeliestLast = [...top].reverse();
  return Object.fromEntries([...likeliestLast, own].map((each) => [toName(each), toWireLogprob(each.logprob)]));
}

function toName(token: Omit<TokenChance, 'logprob'>): string {
  return toTokenText(token, (bytes) => `bytes:${bytes}`);
}

/** Appends the lists of a later piece. */
export function extend(lists: CompletionLogprobs | null, more: CompletionLogprobs | null): CompletionLogprobs | null {
  if (lists === null || more === null) return lists ?? more;
  lists.tokens?.push(...(more.tokens ?? []));
  lists.token_logprobs?.push(...(more.token_logprobs ?? []));
  lists.top_logprobs?.push(...(more.top_logprobs ?? []));
  lists.text_offset?.push(...(more.text_offset ?? []));
  return lists;
}

export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
