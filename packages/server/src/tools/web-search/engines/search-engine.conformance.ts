/** The conformance suite of search engines. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeEngine } from '../testing/fake-engine.ts';
import { startFakeEngine } from '../testing/fake-engine.ts';
import { type SearchEngine, SearchEngineError } from './search-engine.ts';

const PAGES = [
  { path: '/tea', title: 'Tea & more', text: 'Tea grows on hills.' },
  { path: '/rice', title: 'Rice', text: 'Rice grows in water.' },
];

const KEY = 'secret-key';

export function describeSearchEngine(name: string, open: (url: string, key: string) => SearchEngine): void {
  describe(`search engine ${name}`, () => {
    let fake: FakeEngine;
    let engine: SearchEngine;
    const ask = (more: object = {}, signal = new AbortController().signal) =>
      engine.search({ text: 'what grows', count: 10, domains: [], ...more }, signal);
    beforeEach(async () => {
      fake = await startFakeEngine(PAGES);
      engine = open(fake.url, KEY);
    });
    afterEach(() => fake.close());

    it('returns titles, addresses and texts without markup', async () => {
      expect(await ask()).toEqual([
        { title: 'Tea & more', url: `${fake.url}/tea`, snippet: 'Tea grows on hills.' },
        { title: 'Rice', url: `${fake.url}/rice`, snippet: 'Rice grows in water.' },
      ]);
      expect(JSON.stringify(fake.requests[0])).toContain('what grows');
    });

    it('returns no more results than asked for', async () => {
      expect(await ask({ count: 1 })).toHaveLength(1);
    });

    it('asks for the domains of the query', async () => {
      await ask({ domains: ['example.org'] });
      expect(JSON.stringify([fake.requests[0]?.query, fake.requests[0]?.body])).toContain('example.org');
    });

    it('throws a SearchEngineError without the key for a failure and for another form', async () => {
      for (const mode of ['fail', 'no-json'] as const) {
        fake.mode = mode;
        const error: unknown = await ask().catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(SearchEngineError);
        expect(String(error)).not.toContain(KEY);
      }
    });

    it('stops when the signal aborts', async () => {
      fake.mode = 'hang';
      const reason = new Error('stopped');
      const abort = new AbortController();
      const asked = ask({}, abort.signal);
      setTimeout(() => abort.abort(reason), 50);
      await expect(asked).rejects.toBe(reason);
    });
  });
}
