/** The request of a response → the settings of each turn, and the tools that it names. Pure. */
import type { LanguageModel, LanguageModelMessage } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { TurnSettings } from '../../generation/loop/fitted-generation.ts';
import type { TurnChoice } from '../../generation/loop/tool-loop.ts';
import { requireFeature } from '../../generation/request/features.ts';
import { type FormatParams, toFormat } from '../../generation/request/format.ts';
import { toAnswerHints } from '../../generation/request/hints.ts';
import { toSampling } from '../../generation/request/sampling.ts';
import { type RequestedTool, type ToolParams, toToolUse } from '../../generation/request/tools.ts';
import { defined } from '../../lib/defined.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { ToolFunction, ToolListing } from '../../tools/tool.ts';
import { listClientTools, type NamedTools, toNamedTools } from './client-tools/list-client-tools.ts';
import { toTopLogprobs } from './logprobs.ts';
import type { RequestTool, ResponseRequest } from './response-request.ts';
import { toRequestedChoice } from './tool-choice.ts';
import { toToolSettings } from './tool-settings.ts';

/** The stored request, which the contract validated. */
export const requestOf = ({ request }: Pick<ResponseRecord, 'request'>) => request as ResponseRequest;

/** The tools of a stored request that its client runs. */
export function clientToolsOf(response: Pick<ResponseRecord, 'request'>): NamedTools {
  return toNamedTools(requestOf(response).tools ?? []);
}

const FORMAT_PARAMS: FormatParams = { format: 'text.format', schema: 'text.format.schema', messages: 'input' };

const TOOL_PARAMS: ToolParams = {
  tools: 'tools',
  choice: 'tool_choice',
  allowed: 'tool_choice.tools',
  parallel: 'parallel_tool_calls',
  ofTool: (_tool, index, property) => toPropertyName(`tools[${index}]`, property),
};

const toPropertyName = (param: string, property: string) =>
  `${param}.${property === 'grammar' ? 'format.definition' : property}`;

/** The tools of remote servers, by label. */
export type Listings = ReadonlyMap<string, ToolListing>;

export interface SettingsOptions {
  model: LanguageModel;
  tools: ToolRegistry;
  /** Default `requested`. */
  choice?: TurnChoice;
  /** Left out before they are known. */
  listings?: Listings;
  /** Left out before they are known. */
  messages?: readonly LanguageModelMessage[];
}

/** @throws ApiError naming the parameter that the model cannot honour. */
export function toTurnSettings(request: ResponseRequest, options: SettingsOptions): TurnSettings {
  const { model, messages } = options;
  const { temperature = null, top_p = null, text, reasoning } = request;
  const format = toFormat({ format: text?.format ?? undefined, messages }, model, FORMAT_PARAMS);
  const hints = { verbosity: text?.verbosity, reasoningEffort: reasoning?.effort };
  const tools = toTools(request, options);
  return {
    sampling: toSampling({ temperature, top_p }, model),
    ...toAnswerHints(hints, model),
    ...defined({ format, tools, topLogprobs: toTopLogprobs(request, model) }),
  };
}

function toTools(request: ResponseRequest, options: SettingsOptions) {
  const { tools: given, tool_choice: requested, parallel_tool_calls: parallel } = request;
  const { model, choice = 'requested' } = options;
  const entries = given ?? [];
  const named = entries.flatMap((tool, index) => toEntries(tool, index, options));
  const tools = named.map(({ requested }) => requested);
  const functions = listFunctions(request, options);
  const wanted = toRequestedChoice(requested ?? 'auto', {
    tools: entries,
    functions,
    listings: options.listings,
    typeOf: (type) => options.tools.find(type)?.type ?? type,
  });
  const effective = choice === 'requested' || wanted === 'none' ? wanted : choice;
  // Without tools, the default choice and `parallel_tool_calls` have no effect. The tools of an MCP server are not
  // known yet, or it has none.
  if (tools.length === 0) {
    if (entries.length > 0) requireFeature(model, 'tools', TOOL_PARAMS.tools);
    const refused = wanted === 'auto' || entries.length > 0 ? undefined : wanted;
    return toToolUse({ tools, choice: refused }, model, TOOL_PARAMS);
  }
  const ofTool: ToolParams['ofTool'] = (_tool, index, property) =>
    toPropertyName(named[index]?.param ?? TOOL_PARAMS.tools, property);
  return toToolUse({ tools, choice: effective, parallel }, model, { ...TOOL_PARAMS, ofTool });
}

/** The functions of the server tools of a request. */
export function listFunctions(
  { tools }: ResponseRequest,
  { tools: registry, listings }: Pick<SettingsOptions, 'tools' | 'listings'>,
): readonly ToolFunction[] {
  return (tools ?? []).flatMap((tool) => {
    const listing = listings?.get(String(tool['server_label']));
    return registry.find(tool.type)?.functions(toToolSettings(tool), listing) ?? [];
  });
}

/** A tool as a model sees it, and the name of its entry in errors. */
interface Entry {
  requested: RequestedTool;
  param: string;
}

function toEntries(tool: RequestTool, index: number, options: SettingsOptions): Entry[] {
  const param = `tools[${index}]`;
  const named = listClientTools(tool, param);
  if (named.length > 0) return named;
  const { type } = tool;
  const serverTool = options.tools.find(type);
  const why = serverTool === undefined ? `This server cannot run tools of type '${type}'.` : undefined;
  const unavailable = why ?? serverTool?.unavailable?.(toToolSettings(tool));
  if (unavailable !== undefined) throw errors.unsupportedParameter(`${param}.type`, unavailable);
  const functions = listFunctions({ tools: [tool] }, options);
  return functions.map(({ own: _own, ...definition }) => ({ requested: { type: 'function', ...definition }, param }));
}
