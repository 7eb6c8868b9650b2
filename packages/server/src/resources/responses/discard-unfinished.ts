/**
 * A response whose worker was lost: the items that it was writing end as incomplete and are no part of the output. The
 * next worker writes the turn again in new items.
 * Invariant: a reader of the stream finds each position of the output added once and ended once.
 */
import { readEvents } from '../../generation/loop/read-events.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { Item } from './call-form.ts';
import { foldItemEvent, type WrittenItems } from './fold-item-event.ts';
import { toItemDone, toPartDone, type WrittenPart } from './response-output.ts';

/** Returns the events that end the items. */
export async function discardUnfinished(
  { events, responseItems }: Pick<ProjectRepositories, 'events' | 'responseItems'>,
  responseId: string,
): Promise<NewEvent[]> {
  const unfinished: WrittenItems = new Map();
  for await (const event of readEvents(events, responseId)) foldItemEvent(unfinished, event);
  const ended = [...unfinished].toSorted(([a], [b]) => a - b).map(([index, item]) => ({ index, item: toEnded(item) }));
  const items = ended.map(({ item }) => ({ id: item.id, data: item }));
  await responseItems.append(responseId, items, { isDiscarded: true });
  return ended.flatMap(({ index, item }) => [...endContent(item, index), toItemDone(item, index)]);
}

const toEnded = (item: Item): Item => ('status' in item ? { ...item, status: 'incomplete' } : item);

/** The events that end the text of a message or of a thought. */
function endContent({ id, type, content }: Item, index: number): NewEvent[] {
  if ((type !== 'message' && type !== 'reasoning') || !Array.isArray(content)) return [];
  return (content as readonly WrittenPart[]).flatMap((part, contentIndex) =>
    toPartDone({ item_id: id, output_index: index, content_index: contentIndex }, part),
  );
}
