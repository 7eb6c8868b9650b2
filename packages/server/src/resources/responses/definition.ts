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
import type { RequestTool, ResponseRequest } from './response-request.ts';
import { toRequestedChoice } from './tool-choice.ts';
import { toToolSettings } from './tool-settings.ts';

/** The stored request, which the contract validated. */
export const requestOf = ({ request }: Pick<ResponseRecord, 'request'>) => request as ResponseRequest;

export function customNamesOf(response: Pick<ResponseRecord, 'request'>): ReadonlySet<string> {
  const tools = requestOf(response).tools ?? [];
  return new Set(tools.filter(({ type }) => type === 'custom').map(({ name }) => String(name)));
}

const FORMAT_PARAMS: FormatParams = { format: 'text.format', schema: 'text.format.schema', messages: 'input' };

const TOOL_PARAMS: ToolParams = {
  tools: 'tools',
  choice: 'tool_choice',
  allowed: 'tool_choice.tools',
  parallel: 'parallel_tool_calls',
  ofTool: (_tool, index, property) => `tools[${index}].${property === 'grammar' ? 'format.definition' : property}`,
};

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
    ...defined({ format, tools }),
  };
}

function toTools(request: ResponseRequest, options: SettingsOptions) {
  const { tools: given, tool_choice: requested, parallel_tool_calls: parallel } = request;
  const { model, choice = 'requested' } = options;
  const entries = given ?? [];
  const requestedTools = entries.map((tool, index) => toRequestedTools(tool, index, options));
  const tools = requestedTools.flat();
  const functions = listFunctions(request, options);
  const wanted = toRequestedChoice(requested ?? 'auto', { tools: entries, functions, listings: options.listings });
  const effective = choice === 'requested' || wanted === 'none' ? wanted : choice;
  // Without tools, the default choice and `parallel_tool_calls` have no effect. The tools of an MCP server are not
  // known yet, or it has none.
  if (tools.length === 0) {
    if (entries.length > 0) requireFeature(model, 'tools', TOOL_PARAMS.tools);
    const refused = wanted === 'auto' || entries.length > 0 ? undefined : wanted;
    return toToolUse({ tools, choice: refused }, model, TOOL_PARAMS);
  }
  const indexes = requestedTools.flatMap((each, index) => each.map(() => index));
  const ofTool: ToolParams['ofTool'] = (tool, index, property) =>
    TOOL_PARAMS.ofTool(tool, indexes[index] ?? index, property);
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

interface CustomFormat {
  type: string;
  syntax?: 'lark' | 'regex';
  definition?: string;
}

function toRequestedTools(tool: RequestTool, index: number, options: SettingsOptions): RequestedTool[] {
  const { type, name, description } = tool;
  const head = { name: String(name), description: typeof description === 'string' ? description : undefined };
  if (type === 'function') {
    const parameters = (tool['parameters'] ?? undefined) as Record<string, unknown> | undefined;
    return [{ type, ...head, parameters, strict: tool['strict'] as boolean | null | undefined }];
  }
  if (type === 'custom') {
    const { syntax, definition } = (tool['format'] ?? {}) as CustomFormat;
    const grammar = syntax === undefined || definition === undefined ? undefined : { syntax, definition };
    return [{ type, ...head, grammar }];
  }
  if (options.tools.find(type) === undefined) {
    throw errors.unsupportedParameter(`tools[${index}].type`, `This server cannot run tools of type '${type}'.`);
  }
  const functions = listFunctions({ tools: [tool] }, options);
  return functions.map(({ own: _own, ...definition }) => ({ type: 'function', ...definition }));
}
