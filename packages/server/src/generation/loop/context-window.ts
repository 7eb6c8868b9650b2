/**
 * Which part of a conversation a model is shown where not all of it fits. Reads from the newest entry backwards, and no further than it
 * must. Invariant: the newest entry of the user and all that follows it is always chosen; entries are chosen whole.
 */
import type { LanguageModelMessage } from '../../engines/language-model.ts';

/** What belongs together: a message, or calls with their outputs. */
export interface ContextEntry {
  messages: readonly LanguageModelMessage[];
  kind: 'message' | 'calls';
  /** Whether tools of the server answered among the calls. */
  own?: boolean;
}

export type ContextWindow =
  /** So many estimated tokens. */
  | { type: 'tokens'; tokens: number }
  /** So many of the newest messages, with the calls between them. */
  | { type: 'messages'; messages: number };

export interface Choice {
  /** The oldest first. */
  entries: ContextEntry[];
  /** Whether these are all there are. */
  complete: boolean;
  /** Whether a narrower window would choose fewer. */
  droppable: boolean;
}

const BYTES_PER_TOKEN = 4;
/** What a template puts around a message. */
const TOKENS_PER_MESSAGE = 4;

/** A guess that errs by half either way: the model counts for itself. */
export function estimateTokens(messages: readonly LanguageModelMessage[]): number {
  let tokens = 0;
  for (const { content, toolCalls = [] } of messages) {
    const calls = toolCalls.map((call) => call.name + call.arguments).join('');
    tokens += TOKENS_PER_MESSAGE + Math.ceil(Buffer.byteLength(content + calls) / BYTES_PER_TOKEN);
  }
  return tokens;
}

/** @param newestFirst is read only as far as needed. */
export async function chooseEntries(newestFirst: AsyncIterable<ContextEntry>, window: ContextWindow): Promise<Choice> {
  const chosen: ContextEntry[] = [];
  let tokens = 0;
  let messages = 0;
  let asked = false;
  let needed = 0;
  let complete = true;
  for await (const entry of newestFirst) {
    const size = estimateTokens(entry.messages);
    const fits = window.type === 'tokens' ? tokens + size <= window.tokens : messages < window.messages;
    if (asked && !fits) {
      complete = false;
      break;
    }
    chosen.push(entry);
    tokens += size;
    if (entry.kind === 'message') messages += 1;
    if (asked) continue;
    needed += 1;
    asked = entry.messages.some(({ role }) => role === 'user');
  }
  return { entries: chosen.reverse(), complete, droppable: window.type === 'tokens' && chosen.length > needed };
}
