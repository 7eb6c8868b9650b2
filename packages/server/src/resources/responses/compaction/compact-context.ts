/**
 * `context_management`: before a turn whose prompt exceeds the threshold, a model summarizes the conversation. The
 * compaction is an item of the output, and later turns and requests read nothing before it.
 */
import { ApiError } from '../../../errors/api-error.ts';
import { type GenerationOptions, generate } from '../../../generation/generate.ts';
import { assembleContext } from '../../../generation/loop/assemble-context.ts';
import type { FittedTurn } from '../../../generation/loop/fitted-generation.ts';
import type { HistoryEntry, TurnUsage } from '../../../generation/loop/loop-store.ts';
import type { ResponseRecord } from '../../../storage/repositories/responses.ts';
import type { Services } from '../../services.ts';
import { requestOf } from '../definition.ts';
import { type PublishDeps, publishItems } from '../publish-items.ts';
import { toItemAdded, toItemDone } from '../response-output.ts';
import { createResponseMeter } from '../response-store.ts';
import { COMPACTION, createCompactions, isOfUser } from './compactions.ts';
import { summarize } from './summarize.ts';

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

/** @throws LoopLost, and every error of the model. */
export async function compactContext(
  deps: CompactContextDeps,
  turn: FittedTurn,
  options: GenerationOptions,
): Promise<void> {
  const { services, response, context } = deps;
  const { context_management: entries, instructions } = requestOf(response);
  const managed = entries?.find(({ type }) => type === COMPACTION);
  if (managed === undefined) return;
  const { model } = turn;
  const { contextTokens } = model.capabilities;
  const threshold = Math.min(contextTokens, managed.compact_threshold ?? Math.floor(contextTokens * DEFAULT_SHARE));
  if (!(await exceeds(threshold, turn, options))) return;
  const { tail, rest } = split(await readHistory(turn), threshold * TAIL_SHARE * BYTES_PER_TOKEN);
  const maxTokens = Math.floor(threshold * SUMMARY_SHARE);
  // A summary would not be shorter.
  if (sizeOf(rest) <= maxTokens * BYTES_PER_TOKEN) return;
  const startedAt = services.clock.now();
  const request = { model, entries: rest, instructions: instructions ?? undefined, maxTokens };
  const { summary, tokens } = await summarize(request, options);
  const usage: TurnUsage = { tokens, startedAt };
  await createResponseMeter(services, response)(context.repositories, usage);
  const { id, data } = createCompactions(services, response.projectId).toItem(services.ids('cmp_'), { summary, tail });
  const item = { ...data, id, type: COMPACTION };
  await publishItems(deps, [{ id, data }], (index) => [toItemAdded(item, index), toItemDone(item, index)]);
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
    const request = { model, messages, ...toSettings(messages), maxTokens: 1, stop: [], choices: 1 };
    for await (const event of generate(request, options)) {
      // Leaving the loop stops the model before it answers.
      if (event.type === 'start') return event.promptTokens > threshold;
    }
    return false;
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
