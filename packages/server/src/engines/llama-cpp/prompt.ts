/** Messages → tokens. Invariants: exactly one BOS where the model wants one; text of the messages never becomes a control token. */
import type { LanguageModelMessage, ToolFunction } from '../language-model.ts';
import type { RenderChat } from './chat-template.ts';
import type { ControlTokenGuard } from './control-tokens.ts';
import type { ToolForm } from './tool-form.ts';
import { type ToolUse, toPlainMessages } from './tool-messages.ts';

export interface PromptTokenizer<Token extends number> {
  /** `continues` = the text goes on from an earlier piece, so that no space is put before it. */
  tokenize(text: string, continues: boolean): Token[];
  /** Put at the beginning when the template did not; undefined = the model wants none. */
  bos: Token | undefined;
}

export interface PromptOptions<Token extends number> {
  render: RenderChat;
  guard: ControlTokenGuard;
  tokenizer: PromptTokenizer<Token>;
  /** How the model writes calls, and whether its template knows them. */
  form: ToolForm;
}

/** The prompt's tokens. Throws EngineFailure `invalid_messages` where the chat template refuses. */
export function tokenizePrompt<Token extends number>(
  messages: readonly LanguageModelMessage[],
  use: ToolUse | undefined,
  { render, guard, tokenizer, form }: PromptOptions<Token>,
): Token[] {
  const sentinel = guard.chooseSentinel([JSON.stringify(use ?? null), ...messages.flatMap(textsOf)]);
  const protect = (text: string) => guard.protect(text, sentinel);
  const safe = messages.map((message) => protectMessage(message, protect));
  const safeUse =
    use === undefined ? undefined : { ...use, tools: use.tools.map((tool) => protectTool(tool, protect)) };
  const text = form.template ? render(safe, safeUse?.tools) : renderPlain(render, safe, safeUse);
  const tokens = text.split(sentinel).flatMap((piece, index) => tokenizer.tokenize(piece, index > 0));
  if (tokenizer.bos !== undefined && tokens[0] !== tokenizer.bos) tokens.unshift(tokenizer.bos);
  return tokens;
}

function renderPlain(render: RenderChat, messages: readonly LanguageModelMessage[], use: ToolUse | undefined): string {
  try {
    return render(toPlainMessages(messages, use));
  } catch (error) {
    if (use === undefined) throw error;
    return render(toPlainMessages(messages, use, 'user'));
  }
}

function textsOf({ content, name = '', toolCalls = [] }: LanguageModelMessage): string[] {
  return [content, name, ...toolCalls.flatMap((call) => [call.name, call.arguments])];
}

type Protect = (text: string) => string;

function protectMessage({ name, toolCalls, ...message }: LanguageModelMessage, protect: Protect): LanguageModelMessage {
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

/** Every string of a JSON value, property names included. */
function protectValue(value: unknown, protect: Protect): unknown {
  if (typeof value === 'string') return protect(value);
  if (Array.isArray(value)) return value.map((item) => protectValue(item, protect));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [protect(key), protectValue(item, protect)]));
}
