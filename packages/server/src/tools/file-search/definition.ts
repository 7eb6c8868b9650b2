/** `file_search` as a function for models, and its settings. Pure. */
import type { Weights } from '../../retrieval/search.ts';
import type { AttributeFilter } from '../../storage/repositories/vector-stores.ts';
import type { ToolFunction } from '../tool.ts';

export const FILE_SEARCH = 'file_search';

export const FILE_SEARCH_FUNCTION: ToolFunction = {
  name: FILE_SEARCH,
  description:
    'Searches the files of this conversation and of the assistant. Each result begins with a mark such as 【0:1†name】: ' +
    'repeat the mark behind what you say from it.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string', description: 'What to look for, in words or as a question.' } },
    required: ['query'],
    additionalProperties: false,
  },
  own: { type: FILE_SEARCH, details: {} },
};

export interface FileSearchSettings {
  maxResults: number;
  /** Minimum score, 0 to 1. */
  threshold: number;
  filter?: AttributeFilter | undefined;
  weights?: Weights | undefined;
  /** Whether the results of a call have the attributes of their files. */
  hasAttributes: boolean;
}

const DEFAULT_MAX_RESULTS = 20;

/**
 * @param tool the entry in `tools`, in the form that the contract validated. Its API may add `filter`, `weights` and
 * `hasAttributes` in the form of the search.
 */
export function toSettings(tool: Readonly<Record<string, unknown>>): FileSearchSettings {
  const options = (tool[FILE_SEARCH] ?? {}) as {
    max_num_results?: number;
    ranking_options?: { score_threshold?: number };
  } & Partial<Pick<FileSearchSettings, 'filter' | 'weights' | 'hasAttributes'>>;
  return {
    maxResults: options.max_num_results ?? DEFAULT_MAX_RESULTS,
    threshold: options.ranking_options?.score_threshold ?? 0,
    filter: options.filter,
    weights: options.weights,
    hasAttributes: options.hasAttributes === true,
  };
}
