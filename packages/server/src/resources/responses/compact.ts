/**
 * `POST /responses/compact`: a model summarizes a conversation. Messages of the user, and instructions among the items,
 * are kept word for word; the summary replaces everything else. Nothing is stored.
 */
import { type BodyOf, type CompactResource, responses } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { HistoryEntry } from '../../generation/loop/loop-store.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { Context } from '../../operations/context.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { toolOfCall, toolOfOutput } from './client-tools/index.ts';
import { COMPACTION, type Compactions, createCompactions } from './compaction/compactions.ts';
import { summarize } from './compaction/summarize.ts';
import { checkThoughts } from './encrypted-thoughts.ts';
import { toStoredItems } from './input/to-stored-items.ts';
import { readEarlier } from './prepare-response.ts';
import { toHistory } from './to-history.ts';
import { toUsage } from './to-response.ts';

type Body = BodyOf<typeof responses.compact>;

export default implement(
  responses.compact,
  (services) =>
    ({ body }, context) =>
      compact(services, body, context),
);

async function compact(services: Services, body: Body, context: Context): Promise<CompactResource> {
  const { model: name, input, previous_response_id: previousResponseId = null, instructions } = body;
  if (name === null) throw errors.missingParameter('model');
  if ((input ?? null) === null && previousResponseId === null) throw errors.missingParameter('input');
  const { projectId } = context.principal;
  const scope = services.repositories.forProject(projectId);
  const compactions = createCompactions(services, projectId);
  const model = await services.models.languageModel(name);
  const given = await toStoredItems(scope, input ?? [], {
    services,
    param: 'input',
    signal: context.signal,
    compactions,
  });
  checkThoughts(given, { sealer: services.sealer, projectId });
  const items = given.toReversed();
  const earlier = readEarlier(scope, { previousResponseId, conversationId: null });
  for await (const item of earlier) items.push(item);
  if (items.length === 0) throw errors.invalidValue('input', "'input' has no items.");
  const pending = findPending(items);
  const summed = items.filter((item) => !pending.includes(item));
  const entries: HistoryEntry[] = [];
  for await (const entry of toHistory(inOrder(summed), compactions)) entries.unshift(entry);
  const { signal, priority } = context;
  const written = await summarize({ model, entries, instructions: instructions ?? undefined }, { signal, priority });
  const { summary, tokens } = written;
  context.meter({
    modelId: services.models.resolve(name, 'chat').id,
    inputTokens: tokens.promptTokens,
    outputTokens: tokens.completionTokens,
    cachedInputTokens: tokens.cachedTokens,
  });
  const compaction = compactions.toItem(services.ids('cmp_'), { summary });
  const output = [...listKept(items, compactions, services), compaction, ...pending.toReversed()];
  return {
    id: services.ids('resp_'),
    object: 'response.compaction',
    created_at: toSeconds(services.clock.now()),
    output: output.map(({ data }) => data) as CompactResource['output'],
    usage: toUsage(tokens),
  };
}

async function* inOrder(items: readonly NewItem[]) {
  yield* items;
}

/** The calls without an output, which a later request may have. */
function findPending(items: readonly NewItem[]): NewItem[] {
  const answered = new Set(items.map(({ data }) => toolOfOutput.get(data['type'])?.toCallId(data)));
  return items.filter(({ data }) => toolOfCall.has(data['type']) && !answered.has(String(data['call_id'])));
}

/** The messages that are kept, the oldest first: those that an earlier compaction kept are among them. */
function listKept(
  newestFirst: readonly NewItem[],
  compactions: Compactions,
  { ids }: Pick<Services, 'ids'>,
): NewItem[] {
  const kept: NewItem[] = [];
  for (const item of newestFirst) {
    const { type, role } = item.data;
    if (type === 'message' && role !== 'assistant') kept.unshift(item);
    const { tail } = (type === COMPACTION && compactions.open(item.data)) || {};
    if (tail === undefined) continue;
    return [...tail.flatMap((entry) => toKeptItem(entry, ids)), ...kept];
  }
  return kept;
}

function toKeptItem(entry: HistoryEntry, ids: Services['ids']): NewItem[] {
  if (entry.type !== 'message' || entry.message.role === 'assistant') return [];
  const { role, content: parts } = entry.message;
  const texts =
    typeof parts === 'string' ? [parts] : parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const id = ids('msg_');
  const content = texts.map((text) => ({ type: 'input_text', text }));
  return [{ id, data: { id, type: 'message', role, status: 'completed', content } }];
}
