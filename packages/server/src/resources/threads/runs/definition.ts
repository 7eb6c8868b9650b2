/** What a run does: its assistant, with what the request says instead. What cannot be served is refused by name. */
import type { AssistantsApiResponseFormatOption, CreateRunRequest, FunctionObject } from '@selfsame/contract';
import type {
  AnswerFormat,
  AnswerHints,
  LanguageModel,
  LanguageModelMessage,
  Sampling,
} from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { ToolUse } from '../../../generation/generate.ts';
import { toFormat } from '../../../generation/request/format.ts';
import { toAnswerHints } from '../../../generation/request/hints.ts';
import { toSampling } from '../../../generation/request/sampling.ts';
import {
  type RequestedChoice,
  type RequestedTool,
  type ToolFields,
  toToolUse,
} from '../../../generation/request/tools.ts';
import { defined } from '../../../lib/defined.ts';
import type { AssistantRecord, ToolResources } from '../../../storage/repositories/assistants.ts';
import type { RunDefinition } from '../../../storage/repositories/runs.ts';
import { findUnrunnable, refuseUnrunnable } from '../../assistants/runnable-tools.ts';
import { FORMAT_PARAMS, TOOL_PARAMS, toRequestedFormat } from '../../nested-params.ts';
import { FILE_SEARCH, FILE_SEARCH_FUNCTION } from '../../../tools/file-search/definition.ts';

type Body = Omit<CreateRunRequest, 'additional_messages'>;

/** @throws ApiError naming what cannot be served. */
export function toDefinition(body: Body, assistant: AssistantRecord, toolResources: ToolResources): RunDefinition {
  const format = body.response_format ?? assistant.responseFormat;
  return {
    instructions: toInstructions(body, assistant),
    tools: toTools(body, assistant),
    toolResources: { ...assistant.toolResources, ...toolResources },
    temperature: body.temperature ?? assistant.temperature,
    topP: body.top_p ?? assistant.topP,
    maxPromptTokens: body.max_prompt_tokens ?? null,
    maxCompletionTokens: body.max_completion_tokens ?? null,
    truncation: toTruncation(body.truncation_strategy ?? { type: 'auto' }),
    toolChoice: toToolChoice(body.tool_choice ?? 'auto'),
    parallelToolCalls: body.parallel_tool_calls ?? null,
    responseFormat: format === 'none' ? 'auto' : format,
    reasoningEffort: body.reasoning_effort ?? assistant.reasoningEffort,
  };
}

function toInstructions({ instructions, additional_instructions: additional }: Body, assistant: AssistantRecord) {
  return [instructions ?? assistant.instructions ?? '', additional ?? ''].filter((text) => text !== '').join('\n\n');
}

function toTools({ tools }: Body, assistant: AssistantRecord): RunDefinition['tools'] {
  if (tools !== undefined && tools !== null) {
    refuseUnrunnable(tools);
    return tools;
  }
  // An imported assistant may have other tools than one that was created here.
  const index = findUnrunnable(assistant.tools);
  if (index === undefined) return assistant.tools;
  const type = String(assistant.tools[index]?.['type']);
  const why = `The assistant has '${type}' in tools[${index}], which this server cannot run. Give the run 'tools' of its own, or update the assistant's.`;
  throw errors.unsupportedParameter('assistant_id', why);
}

function toTruncation({
  type,
  last_messages: count,
}: NonNullable<Body['truncation_strategy']>): RunDefinition['truncation'] {
  const param = 'truncation_strategy.last_messages';
  const given = count !== undefined && count !== null;
  if (type === 'auto') {
    if (given) throw errors.invalidValue(param, `'${param}' is only allowed where the type is 'last_messages'.`);
    return { type };
  }
  if (!given) throw errors.missingParameter(param);
  return { type, lastMessages: count };
}

function toToolChoice(choice: NonNullable<Body['tool_choice']>): RunDefinition['toolChoice'] {
  if (typeof choice === 'string') return choice;
  if (choice.type === FILE_SEARCH) return choice;
  if (choice.type !== 'function')
    throw errors.unsupportedParameter('tool_choice.type', `This server cannot run '${choice.type}'.`);
  if (choice.function === undefined) throw errors.missingParameter('tool_choice.function');
  return choice;
}

/** What the model is asked for in a turn, apart from its messages. */
export interface TurnSettings {
  sampling: Sampling;
  tools?: ToolUse;
  format?: AnswerFormat;
  hints?: AnswerHints;
}

/**
 * @param messages for the model; left out before they are known.
 * @throws ApiError naming what the model cannot do.
 */
export function toTurnSettings(
  definition: RunDefinition,
  model: LanguageModel,
  messages?: readonly LanguageModelMessage[],
): TurnSettings {
  const { temperature, topP, reasoningEffort } = definition;
  // The definition keeps the format in the form of the API.
  const responseFormat = definition.responseFormat as AssistantsApiResponseFormatOption;
  const requested = typeof responseFormat === 'string' ? undefined : toRequestedFormat(responseFormat);
  const format = toFormat({ format: requested, messages }, model, FORMAT_PARAMS);
  const tools = toToolUse(toToolFields(definition), model, TOOL_PARAMS);
  return {
    sampling: toSampling({ temperature, top_p: topP }, model),
    ...toAnswerHints({ reasoningEffort }, model),
    ...defined({ format, tools }),
  };
}

function toToolFields({ tools, toolChoice, parallelToolCalls }: RunDefinition): ToolFields {
  const choice = toChoice(toolChoice);
  // Runs without tools take the default choice and ignore whether calls may be parallel.
  if (tools.length === 0) return { tools: [], choice: choice === 'auto' ? undefined : choice };
  return { tools: tools.map(toRequestedTool), choice, parallel: parallelToolCalls };
}

function toRequestedTool(tool: RunDefinition['tools'][number]): RequestedTool {
  if (tool['type'] === FILE_SEARCH) return { type: 'function', ...FILE_SEARCH_FUNCTION };
  return { type: 'function', ...(tool['function'] as FunctionObject) };
}

function toChoice(choice: RunDefinition['toolChoice']): RequestedChoice {
  if (typeof choice === 'string') return choice as RequestedChoice;
  const named = choice['function'] as { name: string } | undefined;
  return { type: 'function', name: named?.name ?? String(choice['type']) };
}
