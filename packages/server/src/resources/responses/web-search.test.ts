import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { type FakeEngine, startFakeEngine } from '../../tools/web-search/testing/fake-engine.ts';

const PAGES = [{ path: '/rice', title: 'Rice', text: 'Rice grows in water.' }];
const MARK = '【web0:0†127.0.0.1】';

let fake: FakeEngine;
let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  fake = await startFakeEngine(PAGES);
  server = await startTestServer({
    searchEngine: 'searxng',
    searchUrl: fake.url,
    privateHosts: '127.0.0.1',
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
  await fake.close();
});

const callOf = (name: string, args: object) =>
  `@script ${JSON.stringify({ calls: [{ name, arguments: args }] })}\nwords`;
const SEARCH = callOf('web_search', { query: 'rice' });
const TOOLS: OpenAI.Responses.Tool[] = [{ type: 'web_search' }];
const ask = (input: string, more: object = {}) =>
  client.responses.create({ model: 'scripted', input, tools: TOOLS, ...more });

describe('web search of a response', () => {
  it('searches, answers with the results, and cites their pages', async () => {
    const response = await ask(SEARCH, { include: ['web_search_call.action.sources'] });
    const url = `${fake.url}/rice`;
    const [call, message] = response.output;
    expect(call).toMatchObject({
      type: 'web_search_call',
      id: expect.stringMatching(/^ws_/) as string,
      status: 'completed',
      action: { type: 'search', query: 'rice', queries: ['rice'], sources: [{ type: 'url', url }] },
    });
    expect(response.output_text).toContain(MARK);
    const start = response.output_text.indexOf(MARK);
    const [part] = message?.type === 'message' ? message.content : [];
    const citation = { type: 'url_citation', start_index: start, end_index: start + MARK.length, url, title: 'Rice' };
    expect(part).toMatchObject({ annotations: [citation] });
    const plain = await client.responses.retrieve(response.id, { include: ['file_search_call.results'] });
    expect(plain.output[0]).not.toHaveProperty('action.sources');
  });

  it('streams the events of the call and of the citation', async () => {
    const stream = await client.responses.create({ model: 'scripted', input: SEARCH, tools: TOOLS, stream: true });
    const types = (await Array.fromAsync(stream)).map(({ type }) => type);
    const expected = [
      'response.output_item.added',
      'response.web_search_call.in_progress',
      'response.web_search_call.searching',
      'response.web_search_call.completed',
      'response.output_item.done',
      'response.output_text.annotation.added',
      'response.completed',
    ];
    const places = expected.map((type) => types.indexOf(type as (typeof types)[number]));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it('opens a page, and keeps what it read for the next response', async () => {
    const first = await ask(callOf('open_page', { url: `${fake.url}/rice` }));
    expect(first.output[0]).toMatchObject({
      status: 'completed',
      action: { type: 'open_page', url: `${fake.url}/rice` },
    });
    expect(first.output_text).toContain('grows in water');
    const next = await ask('go on', { previous_response_id: first.id });
    expect(next.usage?.input_tokens).toBeGreaterThan(first.usage?.output_tokens ?? 0);
    const again = [{ role: 'user', content: 'go' }, ...first.output, { role: 'user', content: 'on' }];
    expect((await ask(again as unknown as string)).output_text).toBe('on');
  });

  it('goes on with a failed call when the search engine fails', async () => {
    fake.mode = 'fail';
    const response = await ask(SEARCH);
    fake.mode = 'answer';
    expect(response).toMatchObject({ status: 'completed', output: [{ status: 'failed' }, { type: 'message' }] });
  });

  it('stops a search when the response is cancelled', async () => {
    fake.mode = 'hang';
    const { id } = await ask(SEARCH, { background: true });
    await expect.poll(() => fake.requests.length, { timeout: 5000 }).toBeGreaterThan(0);
    const before = Date.now();
    await client.responses.cancel(id);
    await expect.poll(async () => (await client.responses.retrieve(id)).status, { timeout: 5000 }).toBe('cancelled');
    fake.mode = 'answer';
    expect(Date.now() - before).toBeLessThan(5000);
  });

  it.each(['web_search', 'web_search_preview'] as const)('is called as %s when the choice names it', async (type) => {
    const tools = [{ type }] as OpenAI.Responses.Tool[];
    const choice = { type: 'web_search_preview' } as const;
    const response = await client.responses.create({ model: 'scripted', input: SEARCH, tools, tool_choice: choice });
    expect(response.output[0]).toMatchObject({ type: 'web_search_call' });
  });

  it('searches nothing without access to the web', async () => {
    const before = fake.requests.length;
    const response = await ask(SEARCH, { tools: [{ type: 'web_search', external_web_access: false }] });
    expect(response.output_text).toBe('words');
    expect(fake.requests).toHaveLength(before);
  });

  it('is refused by name on a server without a search engine', async () => {
    const other = await startTestServer();
    const answer = await other.post('/v1/responses', { model: 'scripted', input: 'hi', tools: TOOLS });
    await other.close();
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'tools[0].type' } });
  });
});
