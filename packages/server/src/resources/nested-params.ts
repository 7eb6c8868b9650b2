/**
 * The wire form of formats and tools in chat completions and runs: the fields of a format or tool are nested in a
 * property named like its type.
 */
import type { ChatCompletionResponseFormat, ChatCompletionToolChoiceOption } from '@selfsame/contract';
import { errors } from '../errors/catalogue.ts';
import type { FormatParams, RequestedFormat } from '../generation/request/format.ts';
import type { RequestedChoice, ToolName, ToolParams } from '../generation/request/tools.ts';

export const FORMAT_PARAMS: FormatParams = {
  format: 'response_format',
  schema: 'response_format.json_schema.schema',
  messages: 'messages',
};

const ALLOWED = 'tool_choice.allowed_tools.tools';

export const TOOL_PARAMS: ToolParams = {
  tools: 'tools',
  choice: 'tool_choice',
  allowed: ALLOWED,
  parallel: 'parallel_tool_calls',
  ofTool: ({ type }, index, property) =>
    `tools[${index}].${type}.${property === 'grammar' ? 'format.grammar.definition' : property}`,
};

export function toRequestedFormat(format: ChatCompletionResponseFormat | undefined): RequestedFormat | undefined {
  return format?.type === 'json_schema' ? { type: format.type, ...format.json_schema } : format;
}

/** @throws ApiError for an allowed tool without a type or name. */
export function toRequestedChoice(choice: ChatCompletionToolChoiceOption | undefined): RequestedChoice | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  if (choice.type === 'function') return { type: choice.type, name: choice.function.name };
  if (choice.type === 'custom') return { type: choice.type, name: choice.custom.name };
  const { mode, tools } = choice.allowed_tools;
  return { type: choice.type, mode, tools: tools.map((tool, index) => toToolName(tool, `${ALLOWED}[${index}]`)) };
}

function toToolName(tool: Record<string, unknown>, param: string): ToolName {
  const { type } = tool;
  const nested = typeof type === 'string' ? (tool[type] as { name?: unknown } | undefined) : undefined;
  const name = nested?.name ?? tool['name'];
  if ((type === 'function' || type === 'custom') && typeof name === 'string') return { type, name };
  throw errors.invalidValue(
    param,
    "An allowed tool is named as {type: 'function', function: {name}} or {type: 'custom', custom: {name}}.",
  );
}
