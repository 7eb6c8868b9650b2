/** A message of a thread → an item of a conversation. Pure. */
import type { Conversion, Fields } from './conversion.ts';

interface Message {
  id: string;
  role: string;
  content: readonly Fields[];
  attachments?: readonly Fields[] | null;
}

/** Undefined for a message without text. */
export function toItem({ id, role, content, attachments }: Message): Conversion<Fields | undefined> {
  const omitted: string[] = [];
  const parts = content.flatMap((part) => {
    if (part['type'] === 'text') return [toPart(part['text'] as Fields, role)];
    omitted.push(`message ${id}: a part of type '${String(part['type'])}'`);
    return [];
  });
  for (const { file_id: file } of attachments ?? []) omitted.push(`message ${id}: the attachment ${String(file)}`);
  const value = parts.length === 0 ? undefined : { type: 'message', role, content: parts };
  return { value, omitted };
}

function toPart({ value, annotations }: Fields, role: string): Fields {
  if (role === 'user') return { type: 'input_text', text: value };
  return { type: 'output_text', text: value, annotations: ((annotations ?? []) as Fields[]).flatMap(toAnnotation) };
}

/** The text keeps the mark of the citation. */
function toAnnotation({ type, file_citation: cited, text, start_index: index }: Fields): Fields[] {
  if (type !== 'file_citation') return [];
  const filename = /†(.*)】$/u.exec(String(text))?.[1] ?? '';
  return [{ type, file_id: (cited as Fields)['file_id'], index, filename }];
}
