/** The server tools by their types. */
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import type { Citation, CitationSearch, CitedSource, ServerTool } from './tool.ts';

const ofTool = ({ type }: ServerTool, calls: readonly ModelCall[]) => calls.filter(({ own }) => own?.type === type);

type Tools = readonly Readonly<Record<string, unknown>>[];

export interface ToolRegistry {
  find(type: unknown): ServerTool | undefined;
  /** Finds out which of the tools this server can run. */
  probe(tools: Tools): Promise<void>;
  /** @param text the text that ends with the piece. */
  mayEndCitation(piece: string, text: string): boolean;
  /** @param calls the calls of server tools in the run, in order. */
  findCitations(text: string, calls: readonly ModelCall[], search?: CitationSearch): Citation[];
  /** What the calls showed to the user. */
  listShown(calls: readonly ModelCall[]): CitedSource[];
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
    async probe(given) {
      for (const { type } of given) await byType.get(type)?.probe?.();
    },
    mayEndCitation: (piece, text) => tools.some((tool) => tool.mayEndCitation?.(piece, text) === true),
    listShown: (calls) => tools.flatMap((tool) => tool.listShown?.(ofTool(tool, calls)) ?? []),
    findCitations(text, calls, search = { from: 0, isWhole: true }) {
      const found = tools.flatMap((tool) => tool.findCitations?.(text, ofTool(tool, calls), search) ?? []);
      return found.toSorted((a, b) => a.start - b.start);
    },
  };
}
