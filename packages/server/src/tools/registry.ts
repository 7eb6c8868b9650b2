/** The server tools by their types. */
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import type { Citation, ServerTool } from './tool.ts';

/** The type of a tool that the client runs. */
const CLIENT_TOOL = 'function';

type Tools = readonly Readonly<Record<string, unknown>>[];

export interface ToolRegistry {
  find(type: unknown): ServerTool | undefined;
  /** Position of the first tool that neither the server nor the client can run; undefined if there is none. */
  findUnsupported(tools: Tools): number | undefined;
  mayEndCitation(text: string): boolean;
  /** @param calls the calls of server tools in the run, in order. */
  findCitations(text: string, calls: readonly ModelCall[], from?: number): Citation[];
}

/** @throws Error for two tools of the same type. */
export function createToolRegistry(tools: readonly ServerTool[]): ToolRegistry {
  const byType = new Map<unknown, ServerTool>();
  for (const tool of tools) {
    for (const type of [tool.type, ...(tool.aliases ?? [])]) {
      if (byType.has(type)) throw new Error(`Two tools have the type '${type}'.`);
      byType.set(type, tool);
    }
  }
  return {
    find: (type) => byType.get(type),
    findUnsupported(given) {
      const index = given.findIndex(({ type }) => type !== CLIENT_TOOL && !byType.has(type));
      return index < 0 ? undefined : index;
    },
    mayEndCitation: (text) => tools.some(({ citationEnd }) => citationEnd !== undefined && text.includes(citationEnd)),
    findCitations(text, calls, from = 0) {
      const found = tools.flatMap((tool) => {
        const ofTool = calls.filter(({ own }) => own?.type === tool.type);
        return tool.findCitations?.(text, ofTool, from) ?? [];
      });
      return found.toSorted((a, b) => a.start - b.start);
    },
  };
}
