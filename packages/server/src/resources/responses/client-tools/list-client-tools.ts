/** The tools of a request that its client runs, with their names for the model. Pure. */
import type { RequestedTool } from '../../../generation/request/tools.ts';
import type { RequestTool } from '../response-request.ts';
import type { ClientTool } from './client-tool.ts';
import { toolOfType } from './index.ts';

/** A tool as the model sees it. */
export interface NamedTool {
  tool: ClientTool;
  requested: RequestedTool;
  /** Name of the entry in errors, e.g. `tools[0]`. */
  param: string;
  /** Undefined for a tool outside of namespaces. */
  inNamespace?: { namespace: string; name: string };
}

/** The name that the model sees: names are unique within their namespace only. */
export const toFlatName = (namespace: string, name: string): string => `${namespace}__${name}`;

/** Empty for a tool that the server runs. @throws ApiError naming the property that is not supported. */
export function listClientTools(entry: RequestTool, param: string): NamedTool[] {
  if (entry.type === 'namespace') return listNamespace(entry, param);
  const tool = toolOfType.get(entry.type);
  return tool === undefined ? [] : [{ tool, param, requested: tool.toRequested(entry, param) }];
}

/** The description of a namespace precedes that of its first tool. */
function listNamespace({ name: namespace, description, tools }: RequestTool, param: string): NamedTool[] {
  return (tools as readonly RequestTool[]).flatMap((entry, index) =>
    listClientTools(entry, `${param}.tools[${index}]`).map((named) => {
      const { name, description: own } = named.requested;
      const texts = index === 0 ? [description, own] : [own];
      const text = texts.filter((each) => typeof each === 'string' && each !== '').join('\n');
      const requested = { ...named.requested, name: toFlatName(String(namespace), name), description: text };
      return { ...named, requested, inNamespace: { namespace: String(namespace), name } };
    }),
  );
}

/** By the names that the model sees. */
export type NamedTools = ReadonlyMap<string, NamedTool>;

export function toNamedTools(tools: readonly RequestTool[]): NamedTools {
  const named = tools.flatMap((entry, index) => listClientTools(entry, `tools[${index}]`));
  return new Map(named.map((tool) => [tool.requested.name, tool]));
}
