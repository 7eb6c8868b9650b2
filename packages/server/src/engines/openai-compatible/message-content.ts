/** Reads the text of a message or delta in every form that upstreams send, and whether it contains thoughts. Pure. */
import { isAbsent, isRecord, shown, typeName, WireError, type WireRecord } from './wire-value.ts';

export interface MessageContent {
  text: string;
  /** The text of the model's thought; it may be unknown although `hasThought`. */
  thoughtText: string;
  /** Whether the message contains a thought of the model. Thoughts are never part of the text. */
  hasThought: boolean;
}

/** Types of parts with thoughts, and of parts without text. */
const THOUGHTS: ReadonlySet<string> = new Set(['thinking', 'reasoning', 'redacted_thinking']);
const REFERENCES: ReadonlySet<string> = new Set(['reference', 'tool_reference']);
const THOUGHT_FIELDS = ['reasoning_content', 'reasoning', 'thinking'] as const;

/** @throws WireError if the content is neither a text nor a list of text parts. */
export function readContent(message: WireRecord): MessageContent {
  const thought = THOUGHT_FIELDS.map((field) => message[field]).find(hasText);
  const content = { text: '', thoughtText: textIn(thought), hasThought: thought !== undefined };
  addContent(content, message['content']);
  const refusal = message['refusal'];
  if (typeof refusal === 'string') content.text += refusal;
  else if (!isAbsent(refusal)) throw new WireError(`its 'refusal' is ${typeName(refusal)} instead of a text.`);
  return content;
}

function addContent(content: MessageContent, value: unknown): void {
  if (isAbsent(value)) return;
  if (typeof value === 'string') content.text += value;
  else if (Array.isArray(value)) for (const part of value) addPart(content, part);
  else if (isRecord(value)) addPart(content, value);
  else throw new WireError(`its 'content' is ${typeName(value)} instead of a text.`);
}

function addPart(content: MessageContent, part: unknown): void {
  if (isAbsent(part)) return;
  if (typeof part === 'string') {
    content.text += part;
    return;
  }
  if (!isRecord(part)) throw new WireError(`a part of its 'content' is ${typeName(part)} instead of a text.`);
  const { type, text, refusal } = part;
  if (typeof type === 'string' && REFERENCES.has(type)) return;
  if (typeof type === 'string' && THOUGHTS.has(type)) {
    const thought = part['thinking'] ?? part['reasoning'] ?? text;
    content.hasThought ||= hasText(thought);
    content.thoughtText += textIn(thought);
    return;
  }
  const written = text ?? refusal;
  if (typeof written !== 'string') {
    const kind = typeof type === 'string' ? `of type '${shown(type)}'` : 'without a type';
    throw new WireError(`a part of its 'content' ${kind} has no text.`);
  }
  content.text += written;
}

/** Whether a value of any form contains at least one character. */
function hasText(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.some(hasText);
  return isRecord(value) && (hasText(value['text']) || hasText(value['content']));
}

/** The joined texts in a value of any form. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textIn).join('');
  return isRecord(value) ? textIn(value['text']) + textIn(value['content']) : '';
}
