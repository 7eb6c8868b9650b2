/** Converts messages with content parts for models that accept text only. Pure. */
import { errors } from '../errors/catalogue.ts';
import type { ContentPart, ConversationRequest, InputType, LanguageModelMessage } from './language-model.ts';

export interface TextMessage extends LanguageModelMessage {
  content: string;
}

export interface TextConversation extends ConversationRequest {
  messages: readonly TextMessage[];
}

/** Throws `unsupported_value`, which names the first part of a type that `accepted` does not list. */
export function refuseParts(messages: readonly LanguageModelMessage[], accepted: readonly InputType[] = []): void {
  for (const [index, { content }] of messages.entries()) {
    const parts = typeof content === 'string' ? [] : content;
    const at = parts.findIndex(({ type }) => type !== 'text' && !accepted.includes(type));
    if (at < 0) continue;
    const message = `The model does not accept content of type '${parts[at]?.type}'.`;
    throw errors.unsupportedValue(`messages[${index}].content[${at}].type`, message);
  }
}

/** Throws as `refuseParts` does. */
export function toTextConversation(request: ConversationRequest): TextConversation {
  refuseParts(request.messages);
  return {
    ...request,
    messages: request.messages.map((message) => ({ ...message, content: textOf(message.content) })),
  };
}

/** Joins the text parts. */
export function textOf(content: string | readonly ContentPart[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
}
