/**
 * Wire messages → the engine's messages. Pure. Joins text parts; refuses by name parts that the model cannot read.
 * Every call of an assistant message needs exactly one tool message right after it.
 */
import type { ChatCompletionRequestMessage } from '@selfsame/contract';
import type { LanguageModelMessage, LanguageModelToolCall } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import { toArguments } from '../../../generation/request/custom-calls.ts';
import { checkNesting, MAX_JSON_DEPTH, NestingError } from '../../../lib/bounded-json.ts';
import { defined } from '../../../lib/defined.ts';

type WireMessage = ChatCompletionRequestMessage;
type Assistant = Extract<WireMessage, { role: 'assistant' }>;

/** The id of a call in the older form, which has no ids. */
const OLDER_CALL = 'function_call';

export function toLanguageModelMessages(messages: readonly WireMessage[]): LanguageModelMessage[] {
  /** Ids of the calls of the last assistant message without a tool message. */
  let open: string[] = [];
  let hasCalls = false;
  const converted = messages.map((message, index) => {
    const param = `messages[${index}]`;
    if (message.role === 'tool') {
      const { tool_call_id: id, name } = message;
      if (!hasCalls) throw errors.toolMessageWithoutCalls(`messages.[${index}].role`);
      if (!open.includes(id)) throw errors.toolMessageOfNoCall(`messages.[${index}].tool_call_id`, id);
      open.splice(open.indexOf(id), 1);
      const content = toText(message.content, `${param}.content`);
      return { role: 'tool' as const, content, ...defined({ name }), toolCallId: id };
    }
    if (open.length > 0) throw errors.toolCallsUnanswered(`messages.[${index}].role`, open);
    const other = toOtherMessage(message, param);
    open = (other.toolCalls ?? []).map(({ id }) => id).filter((id) => id !== OLDER_CALL);
    hasCalls = open.length > 0;
    return other;
  });
  if (open.length > 0) throw errors.toolCallsUnanswered(`messages.[${messages.length - 1}].role`, open);
  return converted;
}

function toOtherMessage(message: Exclude<WireMessage, { role: 'tool' }>, param: string): LanguageModelMessage {
  if (message.role === 'assistant') return toAssistantMessage(message, param);
  const content = toText(message.content, `${param}.content`);
  const name = message.name === undefined ? {} : { name: message.name };
  // The older form names the function, not the call.
  if (message.role === 'function') return { role: 'tool', content, ...name, toolCallId: OLDER_CALL };
  return { role: message.role, content, ...name };
}

function toAssistantMessage(message: Assistant, param: string): LanguageModelMessage {
  if (message.audio !== undefined && message.audio !== null) {
    throw errors.unsupportedParameter(`${param}.audio`, 'This server keeps no audio of earlier answers.');
  }
  const calls = toToolCalls(message, param);
  const text = message.content ?? message.refusal;
  if (text === undefined || text === null) {
    if (calls.length === 0) throw errors.missingParameter(`${param}.content`);
  }
  return {
    role: 'assistant',
    content: toText(text ?? '', `${param}.content`),
    ...defined({ name: message.name }),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
  };
}

function toToolCalls({ tool_calls, function_call }: Assistant, param: string): LanguageModelToolCall[] {
  for (const [index, call] of (tool_calls ?? []).entries()) {
    if (call.type === 'function') checkArguments(call.function.arguments, `${param}.tool_calls[${index}].function`);
  }
  checkArguments(function_call?.arguments ?? '', `${param}.function_call`);
  const calls = (tool_calls ?? []).map((call) =>
    call.type === 'function'
      ? { id: call.id, name: call.function.name, arguments: call.function.arguments }
      : { id: call.id, name: call.custom.name, arguments: toArguments(call.custom.input) },
  );
  if (function_call === undefined || function_call === null) return calls;
  return [...calls, { id: OLDER_CALL, name: function_call.name, arguments: function_call.arguments }];
}

/** Chat templates parse the arguments. */
function checkArguments(text: string, path: string): void {
  try {
    checkNesting(text);
  } catch (error) {
    if (!(error instanceof NestingError)) throw error;
    throw errors.nestingTooDeep(
      `${path}.arguments`,
      `the text of '${path}.arguments' nests deeper than ${MAX_JSON_DEPTH} levels.`,
    );
  }
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
