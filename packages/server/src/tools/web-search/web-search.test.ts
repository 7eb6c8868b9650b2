import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound } from '../../outbound/outbound.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { describeServerTool } from '../tool.conformance.ts';
import type { ServerTool, ToolContext, ToolSettings } from '../tool.ts';
import { createSearxng } from './engines/searxng.ts';
import { type FakeEngine, startFakeEngine } from './testing/fake-engine.ts';
import { createWebSearch } from './web-search.ts';

const PAGES = [
  {
    path: '/tea',
    title: 'Tea',
    text: `Tea grows on hills. ${'More about leaves. '.repeat(400)}The last word is: cup.`,
  },
  { path: '/rice', title: 'Rice', text: 'Rice grows in water.' },
];
const REPOSITORIES = {} as ProjectRepositories;

describeServerTool('web_search', async () => {
  const fake = await startFakeEngine(PAGES);
  const outbound = createOutbound({ privateHosts: [] });
  return {
    tool: createWebSearch({ outbound, searchEngine: createSearxng({ url: fake.url }) }),
    repositories: REPOSITORIES,
    validArguments: '{"query":"what grows"}',
    dispose: async () => {
      await outbound.close();
      await fake.close();
    },
  };
});

describe('web search', () => {
  let fake: FakeEngine;
  let tool: ServerTool;
  const outbound = createOutbound({ privateHosts: ['127.0.0.1'] });
  beforeAll(async () => {
    fake = await startFakeEngine(PAGES);
    tool = createWebSearch({ outbound, searchEngine: createSearxng({ url: fake.url }) });
  });
  afterAll(async () => {
    await outbound.close();
    await fake.close();
  });

  const entry = (options: object): ToolSettings => ({ type: 'web_search', web_search: options });
  const run = (name: string, args: object, more: Partial<ToolContext> = {}): Promise<ModelCall> =>
    tool.run(
      { id: 'call_1', name, arguments: JSON.stringify(args), output: null, own: { type: 'web_search', details: {} } },
      {
        settings: entry({}),
        resources: [],
        repositories: REPOSITORIES,
        contextTokens: 100_000,
        earlierCalls: [],
        signal: new AbortController().signal,
        onUsage: () => undefined,
        ...more,
      },
    );

  it('marks each result so that an answer can cite it', async () => {
    const call = await run('web_search', { query: 'rice' });
    expect(call.output).toContain('【web0:1†127.0.0.1】\nRice\n');
    const text = 'In water【web0:1†127.0.0.1】, not【web0:7†x】.';
    const source = { type: 'page', url: `${fake.url}/rice`, title: 'Rice' };
    const mark = '【web0:1†127.0.0.1】';
    const found = tool.findCitations?.(text, [call], { from: 0, isWhole: true });
    expect(found).toEqual([{ text: mark, start: 8, end: 8 + mark.length, source }]);
  });

  it('numbers the marks by the calls of the run', async () => {
    const first = await run('web_search', { query: 'rice' });
    const { output } = await run('web_search', { query: 'tea' }, { earlierCalls: [first] });
    expect(output).toContain('【web1:0†127.0.0.1】\nTea');
    const spent: ModelCall = { ...first, output: 'x '.repeat(100_000) };
    expect((await run('web_search', { query: 'tea' }, { earlierCalls: [spent] })).output).toMatch(/no room/);
  });

  it('returns the text of a page, no longer than the size of the context allows', async () => {
    const sizes = await Promise.all(
      (['low', 'high'] as const).map(async (size) => {
        const options = { settings: entry({ search_context_size: size }) };
        const { output } = await run('open_page', { url: `${fake.url}/tea` }, options);
        expect(output).toContain('Tea grows on hills.');
        return output?.length ?? 0;
      }),
    );
    expect(sizes[0]).toBeLessThan(3200);
    expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
  });

  it('finds the parts of a page that contain a text', async () => {
    const { output } = await run('find_in_page', { url: `${fake.url}/tea`, pattern: 'LAST word' });
    expect(output).toContain('The last word is: cup.');
    expect(output).not.toContain('Tea grows');
    expect((await run('find_in_page', { url: `${fake.url}/tea`, pattern: 'zebra' })).output).toBe('Nothing was found.');
  });

  it('opens no page outside of the domains of the request, also after a redirect', async () => {
    const settings = entry({ filters: { allowed_domains: ['127.0.0.1'] } });
    expect((await run('open_page', { url: `${fake.url}/rice` }, { settings })).output).toContain('in water');
    const moved = await run('open_page', { url: `${fake.url}/moved` }, { settings });
    expect(moved.output).toContain("Pages of 'localhost.invalid' may not be opened.");
    const other = entry({ filters: { allowed_domains: ['example.org'] } });
    const before = fake.requests.length;
    const refused = await run('open_page', { url: `${fake.url}/rice` }, { settings: other });
    expect(refused).toMatchObject({ own: { details: { failed: true } } });
    expect(fake.requests).toHaveLength(before);
    expect((await run('web_search', { query: 'rice' }, { settings: other })).output).toBe('Nothing was found.');
  });

  it('opens no page of a private address', async () => {
    const guarded = createOutbound({ privateHosts: [] });
    const strict = createWebSearch({ outbound: guarded, searchEngine: createSearxng({ url: fake.url }) });
    const before = fake.requests.length;
    const open = { id: 'c', name: 'open_page', arguments: JSON.stringify({ url: `${fake.url}/rice` }), output: null };
    const call = await strict.run(open, {
      settings: entry({}),
      resources: [],
      repositories: REPOSITORIES,
      contextTokens: 4096,
      earlierCalls: [],
      signal: new AbortController().signal,
      onUsage: () => undefined,
    });
    expect(call.output).toMatch(/^Error: /);
    expect(fake.requests).toHaveLength(before);
    await guarded.close();
  });

  it('describes a failure of the search engine to the model', async () => {
    fake.mode = 'fail';
    const call = await run('web_search', { query: 'rice' });
    fake.mode = 'answer';
    expect(call).toMatchObject({ output: 'Error: SearXNG answered with the status 500.' });
    expect(call.own?.details).toMatchObject({ failed: true });
  });

  it.each(['', '{"query":3}', '{"quer'])('answers a call with the arguments %j', async (text) => {
    const call: ModelCall = { id: 'c', name: 'web_search', arguments: text, output: null };
    const signal = new AbortController().signal;
    const context = { resources: [], repositories: REPOSITORIES, contextTokens: 4096, earlierCalls: [], signal };
    const ended = await tool.run(call, { ...context, settings: entry({}), onUsage: () => undefined });
    expect(ended.output).toBe('Nothing was found.');
  });

  it('offers nothing to a request without access to the web', () => {
    expect(tool.functions(entry({ external_web_access: false }))).toEqual([]);
    const unconfigured = createWebSearch({ outbound });
    expect(unconfigured.unavailable?.(entry({}))).toContain('searchEngine');
    expect(unconfigured.unavailable?.(entry({ external_web_access: false }))).toBeUndefined();
  });

  it('describes the place of the user to the model', () => {
    const [search] = tool.functions(entry({ user_location: { type: 'approximate', city: 'Rome', country: 'IT' } }));
    expect(search?.description).toContain('Rome, IT');
  });
});
