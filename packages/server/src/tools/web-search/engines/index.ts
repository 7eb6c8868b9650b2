/** The search engine of a configuration. */
import { createBrave } from './brave.ts';
import type { SearchEngine } from './search-engine.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

export type { SearchEngine } from './search-engine.ts';

export interface SearchSettings {
  searchEngine: 'none' | 'searxng' | 'brave' | 'tavily';
  /** Empty: the public address of the engine. */
  searchUrl: string;
  searchKey: string;
}

/** Returns undefined if none is configured. @throws Error naming the setting that is missing. */
export function createSearchEngine({ searchEngine, searchUrl, searchKey }: SearchSettings): SearchEngine | undefined {
  if (searchEngine === 'none') return undefined;
  if (searchEngine === 'searxng') {
    if (searchUrl === '') throw new Error(`The search engine 'searxng' needs the setting 'searchUrl'.`);
    return createSearxng({ url: searchUrl });
  }
  if (searchKey === '') throw new Error(`The search engine '${searchEngine}' needs the setting 'searchKey'.`);
  const url = searchUrl === '' ? undefined : searchUrl;
  return searchEngine === 'brave' ? createBrave({ url, key: searchKey }) : createTavily({ url, key: searchKey });
}
