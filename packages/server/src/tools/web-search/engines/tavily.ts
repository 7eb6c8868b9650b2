/** Tavily Search API. */
import { createExchange, readResults } from './exchange.ts';
import type { SearchEngine } from './search-engine.ts';

const NAME = 'Tavily';
const URL = 'https://api.tavily.com';
/** Of one request. */
const MAX_COUNT = 20;

export function createTavily({ url = URL, key }: { url?: string | undefined; key: string }): SearchEngine {
  const exchange = createExchange(NAME, url, { authorization: `Bearer ${key}` });
  return {
    name: NAME,
    async search({ text, count, domains }, signal) {
      const only = domains.length === 0 ? {} : { include_domains: domains };
      const body = { query: text, max_results: Math.min(count, MAX_COUNT), ...only };
      const answer = await exchange.post('/search', body, signal);
      return readResults(answer, { list: ['results'], snippet: 'content' }, NAME).slice(0, count);
    },
  };
}
