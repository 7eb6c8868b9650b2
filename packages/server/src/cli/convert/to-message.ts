/** An item of a conversation → a message of a thread. Pure. */
import type { Conversion, Fields } from './conversion.ts';

/** Undefined for an item that no thread can have. */
export function toMessage(item: Fields): Conversion<{ role: string; content: string } | undefined> {
  const { id, type, role, content } = item;
  const name = `item ${String(id)}`;
  if (type !== 'message') return { value: undefined, omitted: [`${name}: its type '${String(type)}'`] };
  if (role !== 'user' && role !== 'assistant') {
    return { value: undefined, omitted: [`${name}: its role '${String(role)}'; instructions belong to the assistant`] };
  }
  const omitted: string[] = [];
  const texts = ((content ?? []) as Fields[]).flatMap((part) => {
    if ((part['annotations'] as unknown[] | undefined)?.length) omitted.push(`${name}: its annotations`);
    const text = part['text'] ?? part['refusal'];
    if (typeof text === 'string') return [text];
    omitted.push(`${name}: a part of type '${String(part['type'])}'`);
    return [];
  });
  const text = texts.join('\n\n');
  return { value: text === '' ? undefined : { role, content: text }, omitted };
}
