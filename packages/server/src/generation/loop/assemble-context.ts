/**
 * The messages for the model of a loop: the instructions, then the messages and tool calls of the conversation in their
 * order. The conversation is read from its newest entry backwards.
 */
import type { LanguageModelMessage } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { type ContextEntry, chooseEntries, estimateTokens } from './context-window.ts';
import type { HistoryEntry, LoopDefinition, LoopHistory } from './loop-store.ts';

/** The first message of a conversation is kept if it takes at most this part of the token budget. */
const FIRST_SHARE = 1 / 4;

/**
 * A conversation that must fit as a whole is read up to this multiple of the token budget. The estimate of its tokens is
 * far closer, so that a longer one does not fit.
 */
const MAX_EXCESS = 8;

export interface Context {
  messages: LanguageModelMessage[];
  /** Whether a smaller budget drops entries. */
  droppable: boolean;
  /** Whether it has results of server tools, which can be shortened. */
  hasResults: boolean;
}

export interface ContextBudget {
  /** For all messages, estimated. */
  tokens: number;
  /** Of the model, for errors. */
  contextTokens?: number;
  /** The part of each result of a server tool that is kept, at most 1. */
  resultsShare?: number;
}

/**
 * @throws ApiError `context_length_exceeded` for a conversation that must fit as a whole and is far too long, and every
 * error of the history, such as content that no model of the server takes.
 */
export async function assembleContext(
  history: LoopHistory,
  { instructions, window }: Pick<LoopDefinition, 'instructions' | 'window'>,
  { tokens, contextTokens = tokens, resultsShare = 1 }: ContextBudget,
): Promise<Context> {
  const system: LanguageModelMessage[] = instructions === '' ? [] : [{ role: 'system', content: instructions }];
  const entries = toContextEntries(history.readBackwards(), resultsShare);
  if (window.type === 'last_messages') {
    const choice = await chooseEntries(entries, { type: 'messages', messages: window.messages });
    return { messages: join(system, choice.entries), droppable: false, hasResults: hasServerResults(choice.entries) };
  }
  if (window.type === 'all') {
    const choice = await chooseEntries(entries, { type: 'tokens', tokens: tokens * MAX_EXCESS });
    if (!choice.complete) {
      const promptTokens = estimateTokens(choice.entries.flatMap((entry) => entry.messages));
      throw errors.contextLengthExceeded(contextTokens, { promptTokens, completionTokens: 0, isLeast: true });
    }
    return { messages: join(system, choice.entries), droppable: false, hasResults: hasServerResults(choice.entries) };
  }
  const left = Math.max(0, tokens - estimateTokens(system));
  const oldest = await history.readFirst();
  const first = oldest?.type === 'message' ? toContextEntry(oldest, resultsShare) : undefined;
  const kept = first === undefined ? 0 : estimateTokens(first.messages);
  const keep = kept > 0 && kept <= left * FIRST_SHARE;
  const choice = await chooseEntries(entries, { type: 'tokens', tokens: keep ? left - kept : left });
  const before = !choice.complete && keep && first !== undefined ? [first] : [];
  return {
    messages: join(system, [...before, ...choice.entries]),
    droppable: choice.droppable,
    hasResults: hasServerResults(choice.entries),
  };
}

/** Only results of server tools can be shortened; outputs of the client are never cut. */
const hasServerResults = (entries: readonly ContextEntry[]) =>
  entries.some(({ kind, isServerTool }) => kind === 'calls' && isServerTool === true);

async function* toContextEntries(entries: AsyncIterable<HistoryEntry>, resultsShare: number) {
  for await (const entry of entries) yield toContextEntry(entry, resultsShare);
}

function toContextEntry(entry: HistoryEntry, resultsShare: number): ContextEntry {
  if (entry.type === 'message') return { kind: 'message', messages: [entry.message] };
  return toCallsEntry(entry.calls, resultsShare);
}

function toCallsEntry(calls: readonly ModelCall[], resultsShare: number): ContextEntry {
  const outputs = calls.map(({ id, output, own }) => {
    const length = own === undefined ? Number.POSITIVE_INFINITY : (output ?? '').length * resultsShare;
    return {
      role: 'tool' as const,
      content: (output ?? '').slice(0, Math.floor(length)).toWellFormed(),
      toolCallId: id,
    };
  });
  const toolCalls = calls.map(({ id, name, arguments: text }) => ({ id, name, arguments: text }));
  return {
    kind: 'calls',
    isServerTool: calls.some(({ own }) => own !== undefined),
    messages: [{ role: 'assistant', content: '', toolCalls }, ...outputs],
  };
}

/** Joins calls with the text that the model wrote before them in the same turn. */
function join(system: readonly LanguageModelMessage[], entries: readonly ContextEntry[]): LanguageModelMessage[] {
  const joined = [...system];
  for (const message of entries.flatMap((entry) => entry.messages)) {
    const last = joined.at(-1);
    const { toolCalls } = message;
    if (toolCalls !== undefined && last?.role === 'assistant' && last.toolCalls === undefined) {
      joined[joined.length - 1] = { ...last, toolCalls };
    } else joined.push(message);
  }
  return joined;
}
