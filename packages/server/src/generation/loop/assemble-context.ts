/**
 * The messages for the model of a run: the instructions, then the messages and tool calls of the thread in their order.
 * The thread is read from its newest message backwards, one page at a time.
 */
import type { LanguageModelMessage } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { MessageRecord } from '../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunStepRecord } from '../../storage/repositories/run-steps.ts';
import type { RunRecord } from '../../storage/repositories/runs.ts';
import { type ContextEntry, chooseEntries, estimateTokens } from './context-window.ts';

export type ContextRepositories = Pick<ProjectRepositories, 'messages' | 'runSteps'>;

/** Messages per page. */
const PAGE = 50;
/** The first message of a thread is kept if it takes at most this part of the token budget. */
const FIRST_SHARE = 1 / 4;

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
  /** The part of each result of a server tool that is kept, at most 1. */
  resultsShare?: number;
}

/** @throws ApiError if a message has an image. */
export async function assembleContext(
  repositories: ContextRepositories,
  run: RunRecord,
  budget: ContextBudget,
): Promise<Context> {
  const { tokens, resultsShare = 1 } = budget;
  const { instructions, truncation } = run.definition;
  const system: LanguageModelMessage[] = instructions === '' ? [] : [{ role: 'system', content: instructions }];
  const entries = readBackwards(repositories, run.threadId, resultsShare);
  if (truncation.type === 'last_messages') {
    const choice = await chooseEntries(entries, { type: 'messages', messages: truncation.lastMessages });
    return { messages: join(system, choice.entries), droppable: false, hasResults: hasServerResults(choice.entries) };
  }
  const left = Math.max(0, tokens - estimateTokens(system));
  const first = await readFirst(repositories, run.threadId);
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

async function readFirst({ messages }: ContextRepositories, threadId: string): Promise<ContextEntry | undefined> {
  const [first] = (await messages.list(threadId, { limit: 1, order: 'asc' })).records;
  return first === undefined ? undefined : toMessageEntry(first);
}

async function* readBackwards(
  { messages, runSteps }: ContextRepositories,
  threadId: string,
  resultsShare: number,
): AsyncGenerator<ContextEntry> {
  let before = Number.MAX_SAFE_INTEGER;
  let after: string | undefined;
  for (;;) {
    const { records, hasMore } = await messages.list(threadId, { limit: PAGE, order: 'desc', after });
    const oldest = hasMore ? (records.at(-1)?.seq ?? 0) : -1;
    const steps = await runSteps.listCalls(threadId, { after: oldest, before });
    const numbered = [
      ...records.map((record) => ({ seq: record.seq, entry: toMessageEntry(record) })),
      ...steps.map((step) => ({ seq: step.seq, entry: toCallsEntry(step, resultsShare) })),
    ].sort((a, b) => b.seq - a.seq);
    for (const { entry } of numbered) if (entry !== undefined) yield entry;
    if (!hasMore) return;
    before = oldest;
    after = records.at(-1)?.id;
  }
}

/** Returns undefined for a message without text, such as one that is being written. */
function toMessageEntry({ id, role, status, content }: MessageRecord): ContextEntry | undefined {
  const text = content.map((part) => toText(part, id)).join('');
  if (status === 'in_progress' || (role === 'assistant' && text === '')) return undefined;
  return { kind: 'message', messages: [{ role, content: text }] };
}

function toText(part: Readonly<Record<string, unknown>>, messageId: string): string {
  if (part['type'] === 'text') return (part['text'] as { value: string }).value;
  if (part['type'] === 'refusal') return part['refusal'] as string;
  throw errors.unsupportedValue(
    'content',
    `The message '${messageId}' holds content of type '${String(part['type'])}'. The models of this server take text only.`,
  );
}

function toCallsEntry({ calls }: RunStepRecord, resultsShare: number): ContextEntry {
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
