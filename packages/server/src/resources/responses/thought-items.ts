/** Thoughts of a model as reasoning items, and the events of their life. Pure. */
import type { OpenPart } from '../../generation/loop/loop-state.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { Item, ItemStatus } from './call-form.ts';
import { positionOf, toItemAdded, toItemDone, toPartDone } from './response-output.ts';

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

export function toThoughtOpened(part: OpenPart): NewEvent[] {
  return [
    toItemAdded(toThoughtItem(part.id, 'in_progress'), part.index ?? 0),
    { type: 'response.content_part.added', data: { ...positionOf(part), part: toPart('') } },
  ];
}

export function toThoughtClosed(part: OpenPart, item: Item, text: string): NewEvent[] {
  return [...toPartDone(positionOf(part), toPart(text)), toItemDone(item, part.index ?? 0)];
}
