/** `tools`, or the older `functions`, of a chat completion → what the model may call. Pure. */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { LanguageModel } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { ToolUse } from '../../../generation/generate.ts';
import { requireFeature } from '../../../generation/request/features.ts';
import { type RequestedTool, refuseWithout, type ToolParams, toToolUse } from '../../../generation/request/tools.ts';
import { TOOL_PARAMS, toRequestedChoice } from '../../nested-params.ts';

type Body = CreateChatCompletionRequest;
type Tool = NonNullable<Body['tools']>[number];

/** Returns undefined when nothing may be called. @throws ApiError naming the parameter that is invalid. */
export function toChatToolUse(body: Body, model: LanguageModel): ToolUse | undefined {
  const { tools = [], functions } = body;
  if (functions !== undefined) {
    if (tools.length > 0)
      throw errors.invalidValue('functions', "'functions' and 'tools' cannot be given at the same time.");
    return toFunctionUse(body, model);
  }
  refuseWithout('functions', body.function_call === 'none' ? undefined : body.function_call, 'function_call');
  const { tool_choice: choice, parallel_tool_calls: parallel } = body;
  return toToolUse({ tools: toRequestedTools(body), choice: toRequestedChoice(choice), parallel }, model, TOOL_PARAMS);
}

export function toRequestedTools({ tools = [] }: Body): RequestedTool[] {
  return tools.map((tool) => (tool.type === 'custom' ? toCustomTool(tool) : { type: tool.type, ...tool.function }));
}

function toCustomTool({ type, custom }: Extract<Tool, { type: 'custom' }>): RequestedTool {
  const { name, description, format } = custom;
  return { type, name, description, grammar: format?.type === 'grammar' ? format.grammar : undefined };
}

const FUNCTION_PARAMS: ToolParams = {
  ...TOOL_PARAMS,
  tools: 'functions',
  choice: 'function_call',
  ofTool: (_tool, index, property) => `functions[${index}].${property}`,
};

function toFunctionUse(body: Body, model: LanguageModel): ToolUse | undefined {
  requireFeature(model, 'tools', 'functions');
  refuseWithout('tools', body.tool_choice, 'tool_choice');
  refuseWithout('tools', body.parallel_tool_calls, 'parallel_tool_calls');
  const { functions = [], function_call: call = 'auto' } = body;
  const tools = functions.map((each) => ({ type: 'function' as const, ...each }));
  const choice = typeof call === 'string' ? call : { type: 'function' as const, name: call.name };
  return toToolUse({ tools, choice, parallel: false }, model, FUNCTION_PARAMS);
}
