/**
 * Tokenizes a conversation. Invariants: exactly one BOS if the model uses one; text of messages never becomes a control
 * token.
 */
import type { ToolFunction } from '../language-model.ts';
import type { TextMessage } from '../message-content.ts';
import type { RenderChat } from './chat-template.ts';
import type { ControlTokenGuard } from './control-tokens.ts';
import type { ToolForm } from './tool-form.ts';
import { type ToolUse, toPlainMessages } from './tool-messages.ts';

export interface PromptTokenizer<Token extends number> {
  /** `continues` = the text follows an earlier piece, so no space is added before it. */
  tokenize(text: string, continues: boolean): Token[];
  /** Added at the start if the template did not; undefined = the model uses none. */
  bos: Token | undefined;
}

export interface PromptOptions<Token extends number> {
  render: RenderChat;
  guard: ControlTokenGuard;
  tokenizer: PromptTokenizer<Token>;
  /** The form of calls, and whether the template supports them. */
  form: ToolForm;
}

export interface Conversation {
  messages: readonly TextMessage[];
  use?: ToolUse | undefined;
  /** JSON Schema of the answer. */
  schema?: unknown;
}

/** Throws EngineFailure `invalid_messages` if the chat template refuses the messages. */
export function tokenizePrompt<Token extends number>(
  { messages, use, schema }: Conversation,
  { render, guard, tokenizer, form }: PromptOptions<Token>,
): Token[] {
  const sentinel = guard.chooseSentinel([JSON.stringify([use, schema]), ...messages.flatMap(textsOf)]);
  const protect = (text: string) => guard.protect(text, sentinel);
  const safe = {
    messages: messages.map((message) => protectMessage(message, protect)),
    use: use === undefined ? undefined : { ...use, tools: use.tools.map((tool) => protectTool(tool, protect)) },
    schema: protectValue(schema, protect),
  };
  const text = renderWith(render, safe, form);
  const tokens = text.split(sentinel).flatMap((piece, index) => tokenizer.tokenize(piece, index > 0));
  if (tokenizer.bos !== undefined && tokens[0] !== tokenizer.bos) tokens.unshift(tokenizer.bos);
  return tokens;
}

/** Passes functions to the template if it supports them and renders all of them; otherwise describes them in text. */
function renderWith(render: RenderChat, { messages, use, schema }: Conversation, form: ToolForm): string {
  if (!form.template) return renderPlain(render, { messages, use, schema }, form);
  try {
    return render(messages, { tools: use?.tools, schema });
  } catch (error) {
    if (use === undefined && messages.every(({ role, toolCalls }) => role !== 'tool' && toolCalls === undefined))
      throw error;
    return renderPlain(render, { messages, use, schema }, form);
  }
}

function renderPlain(render: RenderChat, { messages, use, schema }: Conversation, form: ToolForm): string {
  try {
    return render(toPlainMessages(messages, use, { form }), { schema });
  } catch (error) {
    if (use === undefined) throw error;
    return render(toPlainMessages(messages, use, { form, instructionRole: 'user' }), { schema });
  }
}

function textsOf({ content, name = '', toolCalls = [] }: TextMessage): string[] {
  return [content, name, ...toolCalls.flatMap((call) => [call.name, call.arguments])];
}

type Protect = (text: string) => string;

function protectMessage({ name, toolCalls, ...message }: TextMessage, protect: Protect): TextMessage {
  return {
    ...message,
    content: protect(message.content),
    ...(name === undefined ? {} : { name: protect(name) }),
    ...(toolCalls === undefined
      ? {}
      : { toolCalls: toolCalls.map((call) => ({ ...call, arguments: protect(call.arguments) })) }),
  };
}

function protectTool({ description, parameters, ...tool }: ToolFunction, protect: Protect): ToolFunction {
  return {
    ...tool,
    ...(description === undefined ? {} : { description: protect(description) }),
    ...(parameters === undefined ? {} : { parameters: protectValue(parameters, protect) }),
  };
}

/** Protects every string of a JSON value, including property names. */
function protectValue(value: unknown, protect: Protect): unknown {
  if (typeof value === 'string') return protect(value);
  if (Array.isArray(value)) return value.map((item) => protectValue(item, protect));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [protect(key), protectValue(item, protect)]));
}
