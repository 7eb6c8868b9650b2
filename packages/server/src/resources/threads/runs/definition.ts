/** What a run does: its assistant, with what the request says instead. What cannot be served is refused by name. */
import type { CreateChatCompletionRequest, CreateRunRequest } from '@selfsame/contract';
import type { AnswerFormat, AnswerHints, LanguageModel, Sampling } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { ToolUse } from '../../../generation/generate.ts';
import { toSampling } from '../../../generation/request/sampling.ts';
import type { AssistantRecord, ToolResources } from '../../../storage/repositories/assistants.ts';
import type { RunDefinition } from '../../../storage/repositories/runs.ts';
import { findUnrunnable, refuseUnrunnable } from '../../assistants/runnable-tools.ts';
import { toFormat } from '../../../generation/request/format.ts';
import { toAnswerHints } from '../../../generation/request/hints.ts';
import { toToolUse } from '../../../generation/request/tools.ts';
import { FILE_SEARCH, FILE_SEARCH_FUNCTION } from './file-search-tool.ts';

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

const toOffered = (tool: RunDefinition['tools'][number]) =>
  tool['type'] === FILE_SEARCH ? FILE_SEARCH_FUNCTION : tool;

const toChoice = (choice: RunDefinition['toolChoice']) =>
  typeof choice === 'object' && choice['type'] === FILE_SEARCH
    ? { type: 'function', function: { name: FILE_SEARCH } }
    : choice;

/** What the core is asked for, whatever it is shown. */
export interface TurnSettings {
  sampling: Sampling;
  tools?: ToolUse;
  format?: AnswerFormat;
  hints?: AnswerHints;
}

/**
 * As a chat completion of the same words would be asked for.
 * @param shown what the model is shown, where that is known. @throws ApiError naming what the model cannot do.
 */
export function toTurnSettings(
  definition: RunDefinition,
  model: LanguageModel,
  shown?: readonly { content: string }[],
): TurnSettings {
  const { responseFormat, tools, toolChoice, parallelToolCalls, reasoningEffort } = definition;
  const offered = tools.length > 0;
  const body = {
    model: model.modelId,
    // Until it is known what the model is shown, nothing that depends on it is refused.
    messages: shown ?? [{ role: 'user', content: 'json' }],
    temperature: definition.temperature,
    top_p: definition.topP,
    ...(typeof responseFormat === 'string' ? {} : { response_format: responseFormat }),
    ...(offered
      ? { tools: tools.map(toOffered), tool_choice: toChoice(toolChoice), parallel_tool_calls: parallelToolCalls }
      : {}),
    ...(!offered && toolChoice !== 'auto' ? { tool_choice: toChoice(toolChoice) } : {}),
    ...(reasoningEffort === null ? {} : { reasoning_effort: reasoningEffort }),
    // Kept in the form of the API, which is that of a chat request.
  } as CreateChatCompletionRequest;
  const format = toFormat(body, model);
  const use = toToolUse(body, model);
  return {
    sampling: toSampling(body, model),
    ...toAnswerHints(body, model),
    ...(format === undefined ? {} : { format }),
    ...(use === undefined ? {} : { tools: use }),
  };
}
