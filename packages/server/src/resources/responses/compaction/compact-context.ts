/**
 * `context_management`: before a turn whose prompt exceeds the threshold, a model summarizes the conversation. The
 * compaction is an item of the output, and later turns and requests read nothing before it.
 */
import { ApiError } from '../../../errors/api-error.ts';
import { countPrompt } from '../../../generation/count-prompt.ts';
import type { GenerationOptions } from '../../../generation/generate.ts';
import { assembleContext } from '../../../generation/loop/assemble-context.ts';
import type { FittedTurn } from '../../../generation/loop/fitted-generation.ts';
import type { HistoryEntry, TurnUsage } from '../../../generation/loop/loop-store.ts';
import type { Finished } from '../../../generation/loop/tool-loop.ts';
import type { ResponseRecord } from '../../../storage/repositories/responses.ts';
import type { Services } from '../../services.ts';
import { requestOf } from '../definition.ts';
import { type PublishDeps, publishItems } from '../publish-items.ts';
import { toItemAdded, toItemDone } from '../response-output.ts';
import { createResponseMeter } from '../response-store.ts';
import { COMPACTION, createCompactions, isOfUser } from './compactions.ts';
import { type SummaryRequest, summarize } from './summarize.ts';

/** Part of the context of the model: the threshold of a request without one. */
const DEFAULT_SHARE = 3 / 4;
/** Part of the threshold for entries that are kept word for word. */
const TAIL_SHARE = 1 / 2;
/** Part of the threshold for the summary. */
const SUMMARY_SHARE = 1 / 4;
const BYTES_PER_TOKEN = 4;

export interface CompactContextDeps extends PublishDeps {
  services: Pick<Services, 'clock' | 'ids' | 'models' | 'sealer'>;
  response: ResponseRecord;
}

/**
 * Returns the usage of the compaction if it is all that the request asked for.
 * @throws LoopLost, and every error of the model.
 */
export async function compactContext(
  deps: CompactContextDeps,
  turn: FittedTurn,
  options: GenerationOptions,
): Promise<Finished | undefined> {
  const { services, response, context } = deps;
  const { context_management: entries, compaction_trigger: isTriggered } = requestOf(response);
  if (isTriggered === true) return { usage: await compactAll(deps, turn, options) };
  const managed = entries?.find(({ type }) => type === COMPACTION);
  if (managed === undefined) return undefined;
  const { contextTokens } = turn.model.capabilities;
  const threshold = Math.min(contextTokens, managed.compact_threshold ?? Math.floor(contextTokens * DEFAULT_SHARE));
  if (!(await exceeds(threshold, turn, options))) return undefined;
  const { tail, rest } = split(await readHistory(turn), threshold * TAIL_SHARE * BYTES_PER_TOKEN);
  const maxTokens = Math.floor(threshold * SUMMARY_SHARE);
  // A summary would not be shorter.
  if (sizeOf(rest) <= maxTokens * BYTES_PER_TOKEN) return undefined;
  const usage = await publishCompaction(deps, { model: turn.model, entries: rest, tail, maxTokens }, options);
  await createResponseMeter(services, response)(context.repositories, usage);
  return undefined;
}

/** The compaction of a request that ends with a trigger. */
async function compactAll(deps: CompactContextDeps, turn: FittedTurn, options: GenerationOptions): Promise<TurnUsage> {
  const { services, response, context } = deps;
  const output = await context.repositories.responseItems.listOutput(response.id);
  // A worker that was lost published the compaction.
  if (output.length > 0) return { tokens: NO_TOKENS, startedAt: services.clock.now() };
  const { model } = turn;
  const entries = (await readHistory(turn)).toReversed();
  const maxTailBytes = model.capabilities.contextTokens * TAIL_SHARE * SUMMARY_SHARE * BYTES_PER_TOKEN;
  const tail = split(entries.filter(isOfUser).toReversed(), maxTailBytes).tail;
  return publishCompaction(deps, { model, entries, tail }, options);
}

const NO_TOKENS = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

async function publishCompaction(
  deps: CompactContextDeps,
  { tail, ...request }: SummaryRequest & { tail: readonly HistoryEntry[] },
  options: GenerationOptions,
): Promise<TurnUsage> {
  const { services, response } = deps;
  const startedAt = services.clock.now();
  const instructions = requestOf(response).instructions ?? undefined;
  const { summary, tokens } = await summarize({ ...request, instructions }, options);
  const { id, data } = createCompactions(services, response.projectId).toItem(services.ids('cmp_'), { summary, tail });
  const item = { ...data, id, type: COMPACTION };
  await publishItems(deps, [{ id, data }], (index) => [toItemAdded(item, index), toItemDone(item, index)]);
  return { tokens, startedAt };
}

const sizeOf = (entries: readonly HistoryEntry[]) => Buffer.byteLength(JSON.stringify(entries));

/** Whether the prompt of the turn has more tokens. The model counts them. */
async function exceeds(threshold: number, turn: FittedTurn, options: GenerationOptions): Promise<boolean> {
  const { model, history, record, toSettings } = turn;
  const { instructions } = record.definition;
  const { contextTokens } = model.capabilities;
  try {
    const whole = { instructions, window: { type: 'all' as const } };
    const { messages } = await assembleContext(history, whole, { tokens: contextTokens });
    return (await countPrompt({ model, messages, ...toSettings(messages) }, options)) > threshold;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'context_length_exceeded') return true;
    throw error;
  }
}

/** The newest first. */
async function readHistory({ history }: FittedTurn): Promise<HistoryEntry[]> {
  return Array.fromAsync(history.readBackwards());
}

/**
 * Splits the entries into those that are kept and those that the summary covers, both the oldest first. The newest
 * message of the user is always kept; what follows it, and then earlier messages of the user, if they fit.
 */
function split(newestFirst: readonly HistoryEntry[], maxTailBytes: number) {
  const recent = newestFirst.slice(0, newestFirst.findIndex(isOfUser) + 1);
  const kept = new Set(sizeOf(recent) <= maxTailBytes ? recent : recent.slice(-1));
  let left = maxTailBytes - sizeOf([...kept]);
  for (const entry of newestFirst.filter(isOfUser)) {
    const size = sizeOf([entry]);
    if (kept.has(entry) || size > left) continue;
    kept.add(entry);
    left -= size;
  }
  const oldestFirst = newestFirst.toReversed();
  return {
    tail: oldestFirst.filter((entry) => kept.has(entry)),
    rest: oldestFirst.filter((entry) => !kept.has(entry)),
  };
}
