/** The request of a response → the settings of each turn, and the tools that it names. Pure. */
import type { LanguageModel, LanguageModelMessage } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { TurnSettings } from '../../generation/loop/fitted-generation.ts';
import type { TurnChoice } from '../../generation/loop/tool-loop.ts';
import { type FormatParams, type RequestedFormat, toFormat } from '../../generation/request/format.ts';
import { toAnswerHints } from '../../generation/request/hints.ts';
import { toSampling } from '../../generation/request/sampling.ts';
import {
  type RequestedChoice,
  type RequestedTool,
  type ToolName,
  type ToolParams,
  toToolUse,
} from '../../generation/request/tools.ts';
import { defined } from '../../lib/defined.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { ToolRegistry } from '../../tools/registry.ts';

/** The parameters of a request that the settings of a turn follow from. Null means absent. */
export interface ResponseRequest {
  temperature?: number | null;
  top_p?: number | null;
  text?: { format?: RequestedFormat | null; verbosity?: string | null } | null;
  reasoning?: { effort?: string | null } | null;
  tools?: readonly RequestTool[] | null;
  tool_choice?: string | RequestChoice | null;
  parallel_tool_calls?: boolean | null;
  max_tool_calls?: number | null;
}

export interface RequestTool extends Readonly<Record<string, unknown>> {
  type: string;
}

type RequestChoice = Readonly<Record<string, unknown>> & { type: string };

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

export interface SettingsOptions {
  model: LanguageModel;
  tools: ToolRegistry;
  /** Default `requested`. */
  choice?: TurnChoice;
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

function toTools(request: ResponseRequest, { model, tools: registry, choice = 'requested' }: SettingsOptions) {
  const { tools: given, tool_choice: requested, parallel_tool_calls: parallel } = request;
  const tools = (given ?? []).map((tool, index) => toRequestedTool(tool, index, registry));
  const wanted = toRequestedChoice(requested ?? 'auto');
  const effective = choice === 'requested' || wanted === 'none' ? wanted : choice;
  // Without tools, the default choice and `parallel_tool_calls` have no effect.
  if (tools.length === 0)
    return toToolUse({ tools, choice: wanted === 'auto' ? undefined : wanted }, model, TOOL_PARAMS);
  return toToolUse({ tools, choice: effective, parallel }, model, TOOL_PARAMS);
}

interface CustomFormat {
  type: string;
  syntax?: 'lark' | 'regex';
  definition?: string;
}

function toRequestedTool(tool: RequestTool, index: number, registry: ToolRegistry): RequestedTool {
  const { type, name, description } = tool;
  const head = { name: String(name), description: typeof description === 'string' ? description : undefined };
  if (type === 'function') {
    const parameters = (tool['parameters'] ?? undefined) as Record<string, unknown> | undefined;
    return { type, ...head, parameters, strict: tool['strict'] as boolean | null | undefined };
  }
  if (type === 'custom') {
    const { syntax, definition } = (tool['format'] ?? {}) as CustomFormat;
    const grammar = syntax === undefined || definition === undefined ? undefined : { syntax, definition };
    return { type, ...head, grammar };
  }
  const server = registry.find(type)?.definition();
  if (server === undefined) {
    throw errors.unsupportedParameter(`tools[${index}].type`, `This server cannot run tools of type '${type}'.`);
  }
  return { type: 'function', ...server };
}

function toRequestedChoice(choice: string | RequestChoice): RequestedChoice {
  if (typeof choice === 'string') return choice as RequestedChoice;
  const { type, name, mode, tools } = choice;
  if (type === 'allowed_tools') {
    const allowed = (tools as readonly RequestChoice[]).map(toToolName);
    return { type, mode: mode as 'auto' | 'required', tools: allowed };
  }
  return toToolName({ type, name });
}

/** To a model, a server tool is a function with the name of its type. */
function toToolName({ type, name }: RequestChoice): ToolName {
  if (type === 'function' || type === 'custom') return { type, name: String(name) };
  return { type: 'function', name: type };
}
