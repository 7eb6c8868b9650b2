/** A SearXNG server, or another one with its JSON form. */
import { createExchange, readResults } from './exchange.ts';
import { type SearchEngine, withDomains } from './search-engine.ts';

const NAME = 'SearXNG';

/** @param url of the server, e.g. `http://localhost:8888`. The server must allow the format `json`. */
export function createSearxng({ url }: { url: string }): SearchEngine {
  const exchange = createExchange(NAME, url, {});
  return {
    name: NAME,
    async search(query, signal) {
      const answer = await exchange.get('/search', { q: withDomains(query), format: 'json' }, signal);
      return readResults(answer, { list: ['results'], snippet: 'content' }, NAME).slice(0, query.count);
    },
  };
}
