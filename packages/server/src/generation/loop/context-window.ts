/**
 * Chooses the part of a conversation that fits a model. Reads from the newest entry backwards, and no further than
 * necessary.
 * Invariants: the newest entry of the user and every later entry are always chosen; an entry is chosen whole or not at
 * all.
 */
import type { LanguageModelMessage } from '../../engines/language-model.ts';
import { textOf } from '../../engines/message-content.ts';

/** A message, or calls with their outputs. */
export interface ContextEntry {
  messages: readonly LanguageModelMessage[];
  kind: 'message' | 'calls';
  /** Whether server tools are among the calls. */
  isServerTool?: boolean;
}

export type ContextWindow =
  /** A number of estimated tokens. */
  | { type: 'tokens'; tokens: number }
  /** A number of the newest messages, with the calls between them. */
  | { type: 'messages'; messages: number };

export interface Choice {
  /** The oldest first. */
  entries: ContextEntry[];
  /** Whether every entry is chosen. */
  complete: boolean;
  /** Whether a smaller window would choose fewer entries. */
  droppable: boolean;
}

const BYTES_PER_TOKEN = 4;
/** The tokens of a chat template around each message. */
const TOKENS_PER_MESSAGE = 4;

/** An estimate that is off by up to half; the model counts exactly. */
export function estimateTokens(messages: readonly LanguageModelMessage[]): number {
  let tokens = 0;
  for (const { content, toolCalls = [] } of messages) {
    const calls = toolCalls.map((call) => call.name + call.arguments).join('');
    tokens += TOKENS_PER_MESSAGE + Math.ceil(Buffer.byteLength(textOf(content) + calls) / BYTES_PER_TOKEN);
  }
  return tokens;
}

/** @param newestFirst read only as far as necessary. */
export async function chooseEntries(newestFirst: AsyncIterable<ContextEntry>, window: ContextWindow): Promise<Choice> {
  const chosen: ContextEntry[] = [];
  let tokens = 0;
  let messages = 0;
  let hasUser = false;
  let needed = 0;
  let complete = true;
  for await (const entry of newestFirst) {
    const size = estimateTokens(entry.messages);
    const fits = window.type === 'tokens' ? tokens + size <= window.tokens : messages < window.messages;
    if (hasUser && !fits) {
      complete = false;
      break;
    }
    chosen.push(entry);
    tokens += size;
    if (entry.kind === 'message') messages += 1;
    if (hasUser) continue;
    needed += 1;
    hasUser = entry.messages.some(({ role }) => role === 'user');
  }
  return { entries: chosen.reverse(), complete, droppable: window.type === 'tokens' && chosen.length > needed };
}
