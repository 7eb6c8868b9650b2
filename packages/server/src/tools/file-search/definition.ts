/** `file_search` as a model knows it: a function of that name. Pure. */
import type { RunDefinition } from '../../storage/repositories/runs.ts';

export const FILE_SEARCH = 'file_search';

const DESCRIPTION =
  'Searches the files of this conversation and of the assistant. Each result begins with a mark such as 【0:1†name】: ' +
  'repeat the mark behind what you say from it.';

/** What the model is offered. */
export const FILE_SEARCH_FUNCTION = {
  name: FILE_SEARCH,
  description: DESCRIPTION,
  parameters: {
    type: 'object',
    properties: { query: { type: 'string', description: 'What to look for, in words or as a question.' } },
    required: ['query'],
    additionalProperties: false,
  },
} as const;

export interface FileSearchOptions {
  maxResults: number;
  threshold: number;
}

const MOST_RESULTS = 20;

/** Undefined where the run has no such tool. */
export function fileSearchOf({ tools }: Pick<RunDefinition, 'tools'>): FileSearchOptions | undefined {
  const tool = tools.find(({ type }) => type === FILE_SEARCH);
  if (tool === undefined) return undefined;
  // Kept in the form in which the contract let it in.
  const options = (tool['file_search'] ?? {}) as {
    max_num_results?: number;
    ranking_options?: { score_threshold: number };
  };
  return {
    maxResults: options.max_num_results ?? MOST_RESULTS,
    threshold: options.ranking_options?.score_threshold ?? 0,
  };
}
