/** The tool choice of a response → the functions that a model must or may call. Pure. */
import { errors } from '../../errors/catalogue.ts';
import type { RequestedChoice, ToolName } from '../../generation/request/tools.ts';
import type { ToolFunction } from '../../tools/tool.ts';
import { toFlatName } from './client-tools/list-client-tools.ts';
import type { RequestChoice, RequestTool } from './response-request.ts';

export interface ChoiceOptions {
  /** The tools of the request. */
  tools: readonly RequestTool[];
  /** The functions of its server tools. */
  functions: readonly ToolFunction[];
  /** Undefined before the tools of remote servers are known. */
  listings: unknown;
  /** The type of the calls of a tool with this type in `tools`. */
  typeOf(type: string): string;
}

const MCP = 'mcp';

const isComputer = ({ type }: RequestTool) => type === 'computer' || type === 'computer_use_preview';

/** @throws ApiError naming the choice that refers to no MCP server, or to no tool of it. */
export function toRequestedChoice(choice: string | RequestChoice, options: ChoiceOptions): RequestedChoice {
  if (typeof choice === 'string') return choice as RequestedChoice;
  if (choice.type === 'allowed_tools') {
    const entries = choice['tools'] as readonly RequestChoice[];
    const mode = choice['mode'] as 'auto' | 'required';
    const tools = entries.flatMap((entry) => toToolNames(entry, 'tool_choice.tools', options));
    // The tools of MCP servers alone may be allowed, which are not known yet.
    return tools.length === 0 && isUnknown(entries, options) ? 'auto' : { type: 'allowed_tools', mode, tools };
  }
  const names = toToolNames(choice, 'tool_choice', options);
  const [only] = names;
  if (choice.type !== MCP && only !== undefined && names.length === 1) return only;
  return isUnknown([choice], options) ? 'auto' : { type: 'allowed_tools', mode: 'required', tools: names };
}

function isUnknown(choices: readonly RequestChoice[], { listings }: ChoiceOptions): boolean {
  return listings === undefined && choices.some(({ type }) => type === MCP);
}

/** The name that the model sees: a choice names no namespace. */
function toVisibleName(type: string, name: string, { tools }: ChoiceOptions): string {
  const has = (entries: readonly RequestTool[]) => entries.some((tool) => tool.type === type && tool['name'] === name);
  if (has(tools)) return name;
  const owner = tools.find((tool) => tool.type === 'namespace' && has(tool['tools'] as readonly RequestTool[]));
  return owner === undefined ? name : toFlatName(String(owner['name']), name);
}

/** The functions of a tool that has no name, such as `file_search` or `shell`. */
function toFunctionNames(chosen: string, { tools, functions, typeOf }: ChoiceOptions): ToolName[] {
  const type = chosen === 'computer_use' ? (tools.find(isComputer)?.type ?? chosen) : chosen;
  const names = functions.filter(({ own }) => own.type === typeOf(type)).map(({ name }) => name);
  return (names.length === 0 ? [type] : names).map((name) => ({ type: 'function', name }));
}

/** To a model, a server tool is one or more functions. */
function toToolNames(choice: RequestChoice, param: string, options: ChoiceOptions): ToolName[] {
  const { type, name } = choice;
  if (type === 'function' || type === 'custom') return [{ type, name: toVisibleName(type, String(name), options) }];
  if (type !== MCP) return toFunctionNames(type, options);
  const label = choice['server_label'];
  const { tools, functions, listings } = options;
  if (!tools.some((tool) => tool.type === MCP && tool['server_label'] === label)) {
    throw errors.invalidValue(param, `'tools' has no MCP server with the label '${String(label)}'.`);
  }
  if (listings === undefined) return [];
  const chosen = functions.filter(({ own: { details } }) => {
    return details['server_label'] === label && (name === undefined || name === null || details['name'] === name);
  });
  if (chosen.length === 0) {
    const what = name === undefined || name === null ? 'no tool' : `no tool '${name as string}'`;
    throw errors.invalidValue(param, `The MCP server '${String(label)}' has ${what} that may be called.`);
  }
  return chosen.map((each) => ({ type: 'function', name: each.name }));
}
