/** Thoughts of a model as reasoning items, and the events of their life. Pure. */
import type { OpenPart } from '../../generation/loop/loop-state.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { Item, ItemStatus } from './call-form.ts';
import { toItemAdded, toItemDone } from './response-output.ts';

interface Thought {
  text: string;
  /** Undefined unless the request asks for it. */
  encrypted?: string | undefined;
}

const toPart = (text: string) => ({ type: 'reasoning_text', text });

export function toThoughtItem(id: string, status: ItemStatus, thought?: Thought): Item {
  return {
    id,
    type: 'reasoning',
    status,
    summary: [],
    content: thought === undefined ? [] : [toPart(thought.text)],
    ...(thought?.encrypted === undefined ? {} : { encrypted_content: thought.encrypted }),
  };
}

const positionOf = (id: string, index: number) => ({ item_id: id, output_index: index, content_index: 0 });

export function toThoughtOpened({ id, index = 0 }: OpenPart): NewEvent[] {
  return [
    toItemAdded(toThoughtItem(id, 'in_progress'), index),
    { type: 'response.content_part.added', data: { ...positionOf(id, index), part: toPart('') } },
  ];
}

export function toThoughtClosed({ id, index = 0 }: OpenPart, item: Item, text: string): NewEvent[] {
  const position = positionOf(id, index);
  return [
    { type: 'response.reasoning_text.done', data: { ...position, text } },
    { type: 'response.content_part.done', data: { ...position, part: toPart(text) } },
    toItemDone(item, index),
  ];
}
