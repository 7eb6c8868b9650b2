/** The server tool `file_search`. */
import type { ServerTool, ToolDeps } from '../tool.ts';
import { findCitations, MARK_END } from './citations.ts';
import { FILE_SEARCH, FILE_SEARCH_FUNCTION } from './definition.ts';
import { searchFiles } from './search-files.ts';
import { listLiveStores } from './stores.ts';

export type FileSearchDeps = Pick<ToolDeps, 'models' | 'clock'>;

export function createFileSearch(deps: FileSearchDeps): ServerTool {
  return {
    type: FILE_SEARCH,
    functions: () => [FILE_SEARCH_FUNCTION],
    run: (call, context) => searchFiles(deps, call, context),
    async isPreparing(input) {
      const stores = await listLiveStores(input, deps.clock.now());
      return stores.some(({ fileCounts }) => fileCounts.inProgress > 0);
    },
    mayEndCitation: (text) => text.includes(MARK_END),
    findCitations,
  };
}
