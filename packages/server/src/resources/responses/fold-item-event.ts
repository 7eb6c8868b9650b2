/** The events of a stream → the items that are not ended yet. Pure. */
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { Item } from './call-form.ts';

/** By position in the output. */
export type WrittenItems = Map<number, Item>;

interface ItemData extends Readonly<Record<string, unknown>> {
  output_index?: number;
  content_index?: number;
}

/** By event: the property of the item that its delta continues. */
const CONTINUED: Readonly<Record<string, string>> = {
  'response.function_call_arguments.delta': 'arguments',
  'response.mcp_call_arguments.delta': 'arguments',
  'response.custom_tool_call_input.delta': 'input',
};

const joined = (text: unknown, delta: unknown) => `${typeof text === 'string' ? text : ''}${String(delta)}`;

type Part = Readonly<Record<string, unknown>>;

/** What an event changes in a part of the content. */
const PART_CHANGES: Readonly<Record<string, (data: ItemData, part: Part) => Part>> = {
  'response.content_part.added': ({ part }) => part as Part,
  'response.output_text.delta': ({ delta, logprobs = [] }, part) => ({
    ...part,
    text: joined(part['text'], delta),
    logprobs: [...((part['logprobs'] as unknown[] | undefined) ?? []), ...(logprobs as unknown[])],
  }),
  'response.reasoning_text.delta': ({ delta }, part) => ({ ...part, text: joined(part['text'], delta) }),
  'response.output_text.annotation.added': ({ annotation }, part) => ({
    ...part,
    annotations: [...((part['annotations'] as unknown[] | undefined) ?? []), annotation],
  }),
};

export function foldItemEvent(items: WrittenItems, { type, data: raw }: NewEvent): void {
  const data = raw as ItemData;
  const { output_index: index } = data;
  if (index === undefined) return;
  if (type === 'response.output_item.added') items.set(index, data['item'] as Item);
  if (type === 'response.output_item.done') items.delete(index);
  const item = items.get(index);
  if (item === undefined) return;
  const name = CONTINUED[type];
  if (name !== undefined) items.set(index, { ...item, [name]: joined(item[name], data['delta']) });
  const change = PART_CHANGES[type];
  if (change !== undefined) items.set(index, withPart(item, data, change));
}

function withPart(item: Item, data: ItemData, change: (data: ItemData, part: Part) => Part): Item {
  const content = [...((item['content'] as Part[] | undefined) ?? [])];
  const index = data.content_index ?? 0;
  content[index] = change(data, content[index] ?? {});
  return { ...item, content };
}
