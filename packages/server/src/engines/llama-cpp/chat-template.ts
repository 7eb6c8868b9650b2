/**
 * Renders messages with a model's Jinja chat template. Invariant: nothing is omitted silently. If the template omits a
 * message or refuses the order of the roles, the request fails with an error that says so.
 */
import { Template } from '@huggingface/jinja';
import { parseBoundedJson } from '../../lib/bounded-json.ts';
import { defined } from '../../lib/defined.ts';
import { EngineFailure } from '../child-process/failure.ts';
import type { LanguageModelToolCall, ToolFunction } from '../language-model.ts';
import type { TextMessage } from '../message-content.ts';
import { withSchema } from './tool-messages.ts';

export interface ChatTemplateOptions {
  source: string;
  /** For error messages. */
  modelId: string;
  bosToken: string;
  eosToken: string;
}

/** Additional inputs of the template. */
export interface ChatExtras {
  /** Functions that may be called. */
  tools?: readonly ToolFunction[] | undefined;
  /** JSON Schema of the answer. */
  schema?: unknown;
}

/** Renders the prompt up to the start of the answer. Throws EngineFailure `invalid_messages`. */
export type RenderChat = (messages: readonly TextMessage[], extras?: ChatExtras) => string;

/** Compiles the template. Throws EngineFailure `model_unusable` if it cannot be parsed. */
export function createChatTemplate({ source, modelId, bosToken, eosToken }: ChatTemplateOptions): RenderChat {
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    const message = `The chat template of '${modelId}' cannot be read: ${detailOf(error)}`;
    throw new EngineFailure({ code: 'model_unusable', message });
  }
  const facts = {
    hasDeveloperRole: source.includes('developer'),
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
        ...defined({ response_schema: schema }),
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
      return render(withSchema(messages, { schema, instructionRole: 'system' }), tools);
    } catch {
      // The template may refuse system messages. If it failed for another reason, it fails again.
      return render(withSchema(messages, { schema, instructionRole: 'user' }), tools);
    }
  };
}

function propertiesOf(schema: unknown): string[] {
  const { properties = {} } = schema as { properties?: object };
  return Object.keys(properties);
}

interface TemplateFacts {
  hasDeveloperRole: boolean;
  /** Whether ids of calls must have nine letters or digits. */
  shortIds: boolean;
}

function toTemplateMessage(message: TextMessage, { hasDeveloperRole, shortIds }: TemplateFacts) {
  const { role, content, name, toolCallId, toolCalls } = message;
  const toId = shortIds ? toShortId : (id: string) => id;
  return {
    role: role === 'developer' && !hasDeveloperRole ? 'system' : role,
    content,
    ...defined({ name }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toId(toolCallId) }),
    ...(toolCalls === undefined
      ? {}
      : { tool_calls: toolCalls.map((call) => toTemplateCall({ ...call, id: toId(call.id) })) }),
  };
}

/** Keeps the end of the id, because ids often share their start. */
function toShortId(id: string): string {
  return id
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(-9)
    .padStart(9, '0');
}

/** Adds missing descriptions. `describeAll` = also of parameters, for templates that require them. */
function toTemplateTool(tool: ToolFunction, describeAll: boolean) {
  const { name, description = '', parameters = { type: 'object', properties: {} } } = tool;
  const { properties } = parameters as { properties?: Record<string, object> };
  if (!describeAll || properties === undefined)
    return { type: 'function', function: { name, description, parameters } };
  const described = Object.entries(properties).map(([key, value]) => [key, { description: '', ...value }]);
  const filled = { ...(parameters as object), properties: Object.fromEntries(described) };
  return { type: 'function', function: { name, description, parameters: filled } };
}

/** Templates serialize arguments, so they get an object; text that is not a JSON object stays text. */
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

/** Whether the prompt contains the name and the arguments of the call, with any white space. */
function showsCall(prompt: string, { name, arguments: text }: LanguageModelToolCall): boolean {
  const squeeze = (any: string) => any.replaceAll(/\s/g, '');
  const value = parseObject(text);
  if (value === undefined) return prompt.includes(name) && shows(prompt, text);
  return prompt.includes(name) && squeeze(prompt).includes(squeeze(JSON.stringify(value)));
}

/** Whether the prompt contains the content: unchanged, trimmed, or as a JSON string. */
function shows(prompt: string, content: string): boolean {
  const text = content.trim();
  return prompt.includes(text) || prompt.includes(JSON.stringify(text).slice(1, -1));
}

function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith('.') ? message : `${message}.`;
}
