/** Which search engine is configured. It is not asked, because some engines charge for a search. */
import { createSearchEngine } from '../../tools/web-search/engines/index.ts';
import type { Check } from './finding.ts';

const WHAT = 'web search';

export const checkWebSearch: Check = async (config) => {
  try {
    const engine = createSearchEngine(config);
    if (engine !== undefined) return { what: WHAT, state: 'ok', seen: engine.name };
    return { what: WHAT, state: 'ok', seen: 'no search engine is configured; web_search is refused' };
  } catch (error) {
    return { what: WHAT, state: 'problem', seen: error instanceof Error ? error.message : String(error) };
  }
};
