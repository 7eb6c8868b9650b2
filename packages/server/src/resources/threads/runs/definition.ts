/**
 * The definition of a run: the settings of its assistant with the overrides of the request, and what follows for each
 * turn.
 */
import type { AssistantsApiResponseFormatOption, CreateRunRequest, FunctionObject } from '@selfsame/contract';
import type { LanguageModel, LanguageModelMessage } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { TurnSettings } from '../../../generation/loop/fitted-generation.ts';
import type { TurnChoice } from '../../../generation/loop/tool-loop.ts';
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
import type { ToolRegistry } from '../../../tools/registry.ts';
import type { ToolFunction } from '../../../tools/tool.ts';
import { FORMAT_PARAMS, TOOL_PARAMS, toRequestedFormat } from '../../nested-params.ts';

type Body = Omit<CreateRunRequest, 'additional_messages'>;

/** An active run expires this long after its creation, also while it waits for outputs. */
export const RUN_EXPIRY_MS = 600_000;

export interface DefinitionOptions {
  assistant: AssistantRecord;
  toolResources: ToolResources;
  registry: ToolRegistry;
}

/** @throws ApiError naming the parameter that this server does not support. */
export function toDefinition(body: Body, { assistant, toolResources, registry }: DefinitionOptions): RunDefinition {
  const format = body.response_format ?? assistant.responseFormat;
  return {
    instructions: toInstructions(body, assistant),
    tools: toTools(body, assistant, registry),
    toolResources: { ...assistant.toolResources, ...toolResources },
    temperature: body.temperature ?? assistant.temperature,
    topP: body.top_p ?? assistant.topP,
    maxPromptTokens: body.max_prompt_tokens ?? null,
    maxCompletionTokens: body.max_completion_tokens ?? null,
    truncation: toTruncation(body.truncation_strategy ?? { type: 'auto' }),
    toolChoice: toToolChoice(body.tool_choice ?? 'auto', registry),
    parallelToolCalls: body.parallel_tool_calls ?? null,
    responseFormat: format === 'none' ? 'auto' : format,
    reasoningEffort: body.reasoning_effort ?? assistant.reasoningEffort,
  };
}

function toInstructions({ instructions, additional_instructions: additional }: Body, assistant: AssistantRecord) {
  return [instructions ?? assistant.instructions ?? '', additional ?? ''].filter((text) => text !== '').join('\n\n');
}

function toTools({ tools }: Body, assistant: AssistantRecord, registry: ToolRegistry): RunDefinition['tools'] {
  if (tools !== undefined && tools !== null) {
    refuseUnavailable(registry, tools, (index) => `tools[${index}].type`);
    return tools;
  }
  refuseUnavailable(registry, assistant.tools, () => 'assistant_id');
  return assistant.tools;
}

/** @throws ApiError if this machine cannot run one of the tools. */
function refuseUnavailable(
  registry: ToolRegistry,
  tools: RunDefinition['tools'],
  toParam: (index: number) => string,
): void {
  for (const [index, tool] of tools.entries()) {
    const why = registry.find(tool['type'])?.unavailable?.(tool);
    if (why !== undefined) throw errors.unsupportedParameter(toParam(index), why);
  }
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

function toToolChoice(choice: NonNullable<Body['tool_choice']>, registry: ToolRegistry): RunDefinition['toolChoice'] {
  if (typeof choice === 'string' || registry.find(choice.type) !== undefined) return choice;
  if (choice.type !== 'function')
    throw errors.unsupportedParameter('tool_choice.type', `This server cannot run '${choice.type}'.`);
  if (choice.function === undefined) throw errors.missingParameter('tool_choice.function');
  return choice;
}

/** The definition with the tool choice of a later turn. `none` holds for all turns. */
export function withChoice(definition: RunDefinition, choice: TurnChoice): RunDefinition {
  if (choice === 'requested' || definition.toolChoice === 'none') return definition;
  return { ...definition, toolChoice: choice };
}

export interface SettingsOptions {
  model: LanguageModel;
  tools: ToolRegistry;
  /** Left out before they are known. */
  messages?: readonly LanguageModelMessage[];
}

/** @throws ApiError naming the parameter that the model cannot honour. */
export function toTurnSettings(definition: RunDefinition, options: SettingsOptions): TurnSettings {
  const { model, messages } = options;
  const { temperature, topP, reasoningEffort } = definition;
  // The definition keeps the format in the form of the API.
  const responseFormat = definition.responseFormat as AssistantsApiResponseFormatOption;
  const requested = typeof responseFormat === 'string' ? undefined : toRequestedFormat(responseFormat);
  const format = toFormat({ format: requested, messages }, model, FORMAT_PARAMS);
  const tools = toToolUse(toToolFields(definition, options.tools), model, TOOL_PARAMS);
  return {
    sampling: toSampling({ temperature, top_p: topP }, model),
    ...toAnswerHints({ reasoningEffort }, model),
    ...defined({ format, tools }),
  };
}

function toToolFields({ tools, toolChoice, parallelToolCalls }: RunDefinition, registry: ToolRegistry): ToolFields {
  const choice = toChoice(toolChoice);
  // Without tools, the default choice and `parallel_tool_calls` have no effect.
  if (tools.length === 0) return { tools: [], choice: choice === 'auto' ? undefined : choice };
  return { tools: tools.flatMap((tool) => toRequestedTools(tool, registry)), choice, parallel: parallelToolCalls };
}

type RunTool = RunDefinition['tools'][number];

/** The functions of the server tools of a run. */
export function listFunctions({ tools }: RunDefinition, registry: ToolRegistry): readonly ToolFunction[] {
  return tools.flatMap((tool) => registry.find(tool['type'])?.functions(tool) ?? []);
}

function toRequestedTools(tool: RunTool, registry: ToolRegistry): RequestedTool[] {
  const functions = registry.find(tool['type'])?.functions(tool);
  if (functions === undefined) return [{ type: 'function', ...(tool['function'] as FunctionObject) }];
  return functions.map(({ own: _own, ...definition }) => ({ type: 'function', ...definition }));
}

function toChoice(choice: RunDefinition['toolChoice']): RequestedChoice {
  if (typeof choice === 'string') return choice as RequestedChoice;
  const named = choice['function'] as { name: string } | undefined;
  return { type: 'function', name: named?.name ?? String(choice['type']) };
}
