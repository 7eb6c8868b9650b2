/** The content of a message in a request → parts. Pure. */
import type { EasyInputMessage } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';

type Content = EasyInputMessage['content'];
type Part = Exclude<Content, string>[number];

/** @throws ApiError naming a part that no model of the server can read. */
export function toStoredContent(content: Content, role: EasyInputMessage['role'], param: string): object[] {
  if (typeof content === 'string') return [toText(content, role)];
  return content.map((part, index) => toPart(part, role, `${param}[${index}]`));
}

function toText(text: string, role: EasyInputMessage['role'], more: object = {}): object {
  if (role !== 'assistant') return { type: 'input_text', text };
  return { type: 'output_text', text, annotations: [], logprobs: [], ...more };
}

function toPart(part: Part, role: EasyInputMessage['role'], param: string): object {
  switch (part.type) {
    case 'input_text':
      return toText(part.text, role);
    case 'output_text':
      return toText(part.text, role, part);
    case 'refusal':
      return part;
    case 'input_file':
      if (role !== 'assistant') return part;
      break;
    default:
  }
  throw errors.unsupportedValue(
    `${param}.type`,
    `Invalid content type: '${part.type}'. The models of this server take text and files only.`,
  );
}
