/**
 * A response whose worker was lost: the items that it was writing end as incomplete and are no part of the output. The
 * next worker writes the turn again in new items.
 * Invariant: a reader of the stream finds each position of the output added once and ended once.
 */
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Item } from './call-form.ts';
import { foldItemEvent, type WrittenItems } from './fold-item-event.ts';
import { toItemDone } from './response-output.ts';

const PAGE = 200;

/** Returns the events that end the items. */
export async function discardUnfinished(
  { events, responseItems }: Pick<ProjectRepositories, 'events' | 'responseItems'>,
  responseId: string,
): Promise<NewEvent[]> {
  const unfinished: WrittenItems = new Map();
  for (let afterSeq = -1; ; ) {
    const page = (await events.list(responseId, { afterSeq, limit: PAGE }))?.events ?? [];
    for (const event of page) foldItemEvent(unfinished, event);
    if (page.length < PAGE) break;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
  }
  const ended = [...unfinished].toSorted(([a], [b]) => a - b).map(([index, item]) => ({ index, item: toEnded(item) }));
  const items = ended.map(({ item }) => ({ id: item.id, data: item }));
  await responseItems.append(responseId, items, { isDiscarded: true });
  return ended.flatMap(({ index, item }) => [...endContent(item, index), toItemDone(item, index)]);
}

const toEnded = (item: Item): Item => ('status' in item ? { ...item, status: 'incomplete' } : item);

/** The events that end the text of a message or of a thought. */
function endContent({ id, type, content }: Item, index: number): NewEvent[] {
  if ((type !== 'message' && type !== 'reasoning') || !Array.isArray(content)) return [];
  return (content as readonly Readonly<Record<string, unknown>>[]).flatMap((part, contentIndex) => {
    const position = { item_id: id, output_index: index, content_index: contentIndex };
    const { text, logprobs = [] } = part;
    const done =
      type === 'reasoning'
        ? { type: 'response.reasoning_text.done', data: { ...position, text } }
        : { type: 'response.output_text.done', data: { ...position, text, logprobs } };
    return [done, { type: 'response.content_part.done', data: { ...position, part } }];
  });
}
