import { expect, it } from 'vitest';
import { createBrave } from './brave.ts';
import { createSearchEngine } from './index.ts';
import { describeSearchEngine } from './search-engine.conformance.ts';
import { createSearxng } from './searxng.ts';
import { createTavily } from './tavily.ts';

describeSearchEngine('SearXNG', (url) => createSearxng({ url }));
describeSearchEngine('Brave Search', (url, key) => createBrave({ url, key }));
describeSearchEngine('Tavily', (url, key) => createTavily({ url, key }));

it('names the setting that a search engine lacks', () => {
  const settings = { searchUrl: '', searchKey: '' };
  expect(createSearchEngine({ searchEngine: 'none', ...settings })).toBeUndefined();
  expect(() => createSearchEngine({ searchEngine: 'searxng', ...settings })).toThrow(/searchUrl/);
  expect(() => createSearchEngine({ searchEngine: 'brave', ...settings })).toThrow(/searchKey/);
  expect(() => createSearchEngine({ searchEngine: 'tavily', ...settings })).toThrow(/searchKey/);
});
