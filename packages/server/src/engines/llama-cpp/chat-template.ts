/**
 * Renders messages with a model's Jinja chat template. Invariant: nothing is dropped in silence: a template that leaves out a message
 * of the caller, or that does not take the roles as they come, refuses the request with a message that says so.
 */
import { Template } from '@huggingface/jinja';
import { parseBoundedJson } from '../../lib/bounded-json.ts';
import { EngineFailure } from '../child-process/failure.ts';
import type { LanguageModelToolCall, ToolFunction } from '../language-model.ts';
import type { TextMessage } from '../message-content.ts';
import { withSchema } from './tool-messages.ts';

export interface ChatTemplateOptions {
  source: string;
  /** For messages to people. */
  modelId: string;
  bosToken: string;
  eosToken: string;
}

/** What the model is told beside the messages. */
export interface ChatExtras {
  /** Functions that may be called. */
  tools?: readonly ToolFunction[] | undefined;
  /** JSON Schema of the answer. */
  schema?: unknown;
}

/** Messages → the text of the prompt, up to where the answer begins. Throws EngineFailure `invalid_messages`. */
export type RenderChat = (messages: readonly TextMessage[], extras?: ChatExtras) => string;

/** Compiles the template. Throws EngineFailure `model_unusable` when it cannot be read. */
export function createChatTemplate({ source, modelId, bosToken, eosToken }: ChatTemplateOptions): RenderChat {
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    const message = `The chat template of '${modelId}' cannot be read: ${detailOf(error)}`;
    throw new EngineFailure({ code: 'model_unusable', message });
  }
  const facts = {
    knowsDeveloper: source.includes('developer'),
    shortIds: /\|\s*length\s*!=\s*9/.test(source),
  };
  const trimsDescriptions = /description\s*\|\s*trim/.test(source);
  const takesSchema = /\bresponse_schema\b/.test(source);

  const refuse = (detail: string): never => {
    throw new EngineFailure({
      code: 'invalid_messages',
      message: `The chat template of '${modelId}' does not take these messages: ${detail}`,
    });
  };

  const render = (messages: readonly TextMessage[], tools: readonly ToolFunction[], schema?: unknown) => {
    let text = '';
    try {
      text = template.render({
        messages: messages.map((message) => toTemplateMessage(message, facts)),
        ...(tools.length === 0 ? {} : { tools: tools.map((tool) => toTemplateTool(tool, trimsDescriptions)) }),
        ...(schema === undefined ? {} : { response_schema: schema }),
        add_generation_prompt: true,
        bos_token: bosToken,
        eos_token: eosToken,
      });
    } catch (error) {
      refuse(detailOf(error));
    }
    const dropped = messages.find((message) => message.role !== 'assistant' && !shows(text, message.content));
    if (dropped !== undefined) refuse(`it leaves out what the role '${dropped.role}' says.`);
    const calls = messages.flatMap(({ toolCalls = [] }) => toolCalls);
    if (!calls.every((call) => showsCall(text, call))) refuse('it leaves out calls of functions.');
    if (!tools.every(({ name }) => text.includes(name))) refuse('it leaves out functions that may be called.');
    return text;
  };

  return (messages, { tools = [], schema } = {}) => {
    if (schema === undefined) return render(messages, tools);
    if (takesSchema && propertiesOf(schema).length > 0) {
      const text = render(messages, tools, schema);
      if (propertiesOf(schema).every((name) => shows(text, name))) return text;
    }
    try {
      return render(withSchema(messages, { schema, teller: 'system' }), tools);
    } catch {
      // A template that takes no system message; it says so again where that is not the reason.
      return render(withSchema(messages, { schema, teller: 'user' }), tools);
    }
  };
}

function propertiesOf(schema: unknown): string[] {
  const { properties = {} } = schema as { properties?: object };
  return Object.keys(properties);
}

interface TemplateFacts {
  knowsDeveloper: boolean;
  /** Ids of calls must have nine letters or digits. */
  shortIds: boolean;
}

function toTemplateMessage(message: TextMessage, { knowsDeveloper, shortIds }: TemplateFacts) {
  const { role, content, name, toolCallId, toolCalls } = message;
  const toId = shortIds ? toShortId : (id: string) => id;
  return {
    role: role === 'developer' && !knowsDeveloper ? 'system' : role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toId(toolCallId) }),
    ...(toolCalls === undefined
      ? {}
      : { tool_calls: toolCalls.map((call) => toTemplateCall({ ...call, id: toId(call.id) })) }),
  };
}

/** The end of an id is where ids differ. */
function toShortId(id: string): string {
  return id
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(-9)
    .padStart(9, '0');
}

/** Never without a description; `describeAll` = every parameter has one too, for templates that cannot do without. */
function toTemplateTool(tool: ToolFunction, describeAll: boolean) {
  const { name, description = '', parameters = { type: 'object', properties: {} } } = tool;
  const { properties } = parameters as { properties?: Record<string, object> };
  if (!describeAll || properties === undefined)
    return { type: 'function', function: { name, description, parameters } };
  const described = Object.entries(properties).map(([key, value]) => [key, { description: '', ...value }]);
  const filled = { ...(parameters as object), properties: Object.fromEntries(described) };
  return { type: 'function', function: { name, description, parameters: filled } };
}

/** Templates write arguments as JSON themselves, so they are given the object; text that is none stays text. */
function toTemplateCall({ id, name, arguments: text }: LanguageModelToolCall) {
  return { id, type: 'function', function: { name, arguments: parseObject(text) ?? text } };
}

function parseObject(text: string): object | undefined {
  try {
    const value = parseBoundedJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the prompt carries the call: its name, and its arguments with any blanks. */
function showsCall(prompt: string, { name, arguments: text }: LanguageModelToolCall): boolean {
  const squeeze = (any: string) => any.replaceAll(/\s/g, '');
  const value = parseObject(text);
  if (value === undefined) return prompt.includes(name) && shows(prompt, text);
  return prompt.includes(name) && squeeze(prompt).includes(squeeze(JSON.stringify(value)));
}

/** Whether the prompt carries the content: as it is, trimmed, or as a JSON string. */
function shows(prompt: string, content: string): boolean {
  const text = content.trim();
  return prompt.includes(text) || prompt.includes(JSON.stringify(text).slice(1, -1));
}

function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith('.') ? message : `${message}.`;
}
