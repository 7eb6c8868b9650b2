/**
 * Wire messages → the engine's messages. Pure. Text parts are joined; parts and calls that the model could not see are refused by
 * name. A tool's answer must follow the call it answers.
 */
import type { ChatCompletionRequestMessage } from '@selfsame/contract';
import type { LanguageModelMessage, LanguageModelToolCall } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import { toArguments } from './custom-calls.ts';

type WireMessage = ChatCompletionRequestMessage;
type Assistant = Extract<WireMessage, { role: 'assistant' }>;

/** Id of a call that was made in the older form, which has none. */
const OLDER_CALL = 'function_call';

export function toLanguageModelMessages(messages: readonly WireMessage[]): LanguageModelMessage[] {
  const open = new Set<string>();
  return messages.map((message, index) => {
    const param = `messages[${index}]`;
    if (message.role === 'assistant') {
      const converted = toAssistantMessage(message, param);
      for (const call of converted.toolCalls ?? []) open.add(call.id);
      return converted;
    }
    const content = toText(message.content, `${param}.content`);
    const name = message.name === undefined ? {} : { name: message.name };
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) throw answersNoCall(param, message.tool_call_id);
      return { role: 'tool', content, ...name, toolCallId: message.tool_call_id };
    }
    // The older form: it names the function and not the call.
    if (message.role === 'function') return { role: 'tool', content, ...name, toolCallId: OLDER_CALL };
    return { role: message.role, content, ...name };
  });
}

function toAssistantMessage(message: Assistant, param: string): LanguageModelMessage {
  if (message.audio !== undefined && message.audio !== null) {
    throw errors.unsupportedParameter(`${param}.audio`, 'This server keeps no audio of earlier answers.');
  }
  const calls = toToolCalls(message);
  const text = message.content ?? message.refusal;
  if (text === undefined || text === null) {
    if (calls.length === 0) throw errors.missingParameter(`${param}.content`);
  }
  return {
    role: 'assistant',
    content: toText(text ?? '', `${param}.content`),
    ...(message.name === undefined ? {} : { name: message.name }),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
  };
}

function toToolCalls({ tool_calls, function_call }: Assistant): LanguageModelToolCall[] {
  const calls = (tool_calls ?? []).map((call) =>
    call.type === 'function'
      ? { id: call.id, name: call.function.name, arguments: call.function.arguments }
      : { id: call.id, name: call.custom.name, arguments: toArguments(call.custom.input) },
  );
  if (function_call === undefined || function_call === null) return calls;
  return [...calls, { id: OLDER_CALL, name: function_call.name, arguments: function_call.arguments }];
}

type Content = string | null | readonly { type: string; text?: string; refusal?: string }[];

function toText(content: Content, param: string): string {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part, index) => {
      const text = part.text ?? part.refusal;
      if (text !== undefined) return text;
      throw errors.unsupportedValue(
        `${param}[${index}].type`,
        `Invalid content type: '${part.type}'. The models of this server take text only.`,
      );
    })
    .join('');
}

function answersNoCall(param: string, id: string) {
  return errors.invalidValue(
    `${param}.tool_call_id`,
    `Invalid parameter: messages with role 'tool' must answer a call in the 'tool_calls' of an earlier assistant message; no open call has the id '${id}'.`,
  );
}
