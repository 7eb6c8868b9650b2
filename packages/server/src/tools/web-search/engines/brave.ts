/** Brave Search API. */
import { createExchange, readResults } from './exchange.ts';
import { type SearchEngine, withDomains } from './search-engine.ts';

const NAME = 'Brave Search';
const URL = 'https://api.search.brave.com';
/** Of one request. */
const MAX_COUNT = 20;

export function createBrave({ url = URL, key }: { url?: string | undefined; key: string }): SearchEngine {
  const exchange = createExchange(NAME, url, { 'x-subscription-token': key });
  return {
    name: NAME,
    async search(query, signal) {
      const country = query.country === undefined ? {} : { country: query.country.toUpperCase() };
      const count = String(Math.min(query.count, MAX_COUNT));
      const params = { q: withDomains(query), count, text_decorations: 'false', ...country };
      const answer = await exchange.get('/res/v1/web/search', params, signal);
      return readResults(answer, { list: ['web', 'results'], snippet: 'description' }, NAME).slice(0, query.count);
    },
  };
}
