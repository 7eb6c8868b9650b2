/**
 * Renders messages with a model's Jinja chat template. Invariant: nothing is dropped in silence: a template that leaves out a message
 * of the caller, or that does not take the roles as they come, refuses the request with a message that says so.
 */
import { Template } from '@huggingface/jinja';
import { EngineFailure } from '../child-process/failure.ts';
import type { LanguageModelMessage, LanguageModelToolCall, ToolFunction } from '../language-model.ts';

export interface ChatTemplateOptions {
  source: string;
  /** For messages to people. */
  modelId: string;
  bosToken: string;
  eosToken: string;
}

/**
 * Messages, and the functions that may be called, → the text of the prompt, up to where the answer begins.
 * Throws EngineFailure `invalid_messages`.
 */
export type RenderChat = (messages: readonly LanguageModelMessage[], tools?: readonly ToolFunction[]) => string;

/** Compiles the template. Throws EngineFailure `model_unusable` when it cannot be read. */
export function createChatTemplate({ source, modelId, bosToken, eosToken }: ChatTemplateOptions): RenderChat {
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    const message = `The chat template of '${modelId}' cannot be read: ${detailOf(error)}`;
    throw new EngineFailure({ code: 'model_unusable', message });
  }
  const knowsDeveloper = source.includes('developer');
  const trimsDescriptions = /description\s*\|\s*trim/.test(source);

  const refuse = (detail: string): never => {
    throw new EngineFailure({
      code: 'invalid_messages',
      message: `The chat template of '${modelId}' does not take these messages: ${detail}`,
    });
  };

  return (messages, tools = []) => {
    let text = '';
    try {
      text = template.render({
        messages: messages.map((message) => toTemplateMessage(message, knowsDeveloper)),
        ...(tools.length === 0 ? {} : { tools: tools.map((tool) => toTemplateTool(tool, trimsDescriptions)) }),
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
}

function toTemplateMessage(message: LanguageModelMessage, knowsDeveloper: boolean): Record<string, unknown> {
  const { role, content, name, toolCallId, toolCalls } = message;
  return {
    role: role === 'developer' && !knowsDeveloper ? 'system' : role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls.map(toTemplateCall) }),
  };
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
    const value: unknown = JSON.parse(text);
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
