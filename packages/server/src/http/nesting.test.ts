import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** JSON text with this number of levels. */
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const DEEP = nested(5000);
/** Replaces the string `DEEP` in a body with deeply nested JSON. */
const withDeep = (body: object) => JSON.stringify(body).replaceAll('"DEEP"', DEEP);

async function errorOf(path: string, body: string) {
  const response = await server.post(`/v1${path}`, body, { 'openai-beta': 'assistants=v2' });
  const { error } = (await response.json()) as { error?: { code: string; param: string | null } };
  return [response.status, error?.code, error?.param];
}

describe('JSON that nests thousands of levels deep', () => {
  const tool = { type: 'function', function: { name: 'f', parameters: 'DEEP' } };
  const format = { type: 'json_schema', json_schema: { name: 'n', schema: 'DEEP' } };
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: DEEP } };
  it.each([
    ['/chat/completions', chatBody('hi', { tools: [tool] }), 'tools[0].function.parameters'],
    ['/chat/completions', chatBody('hi', { response_format: format }), 'response_format'],
    ['/chat/completions', chatBody('hi', { store: true, metadata: 'DEEP' }), 'metadata'],
    [
      '/chat/completions',
      chatBody('hi', { messages: [{ role: 'user', content: 'hi', x: 'DEEP' }] }),
      'messages[0].x.a',
    ],
    [
      '/chat/completions',
      chatBody('hi', { messages: [{ role: 'assistant', tool_calls: [call] }] }),
      'messages[0].tool_calls[0].function.arguments',
    ],
    ['/completions', { model: 'scripted', prompt: 'DEEP' }, 'prompt'],
    ['/embeddings', { model: 'scripted-embedding', input: ['DEEP'] }, 'input[0].a.a'],
    ['/assistants', { model: 'scripted', tools: [tool] }, 'tools[0].function.parameters'],
    ['/assistants', { model: 'scripted', metadata: 'DEEP' }, 'metadata'],
    ['/threads', { messages: [{ role: 'user', content: 'DEEP' }] }, 'messages[0].content.a'],
    ['/threads/runs', { assistant_id: 'asst_1', thread: 'DEEP' }, 'thread'],
    ['/vector_stores', { metadata: 'DEEP' }, 'metadata'],
    ['/batches', { input_file_id: 'DEEP' }, 'input_file_id'],
  ])('refuses thousands of levels in a body of %s and names the parameter (%#)', async (path, body, param) => {
    expect(await errorOf(path, withDeep(body))).toEqual([400, 'nesting_too_deep', param]);
  });

  it('refuses endless nesting immediately', async () => {
    const since = performance.now();
    expect(await errorOf('/chat/completions', '['.repeat(30_000_000))).toEqual([400, 'nesting_too_deep', null]);
    expect(performance.now() - since).toBeLessThan(5000);
  });

  it('refuses deep nesting in lines of uploaded files', async () => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const file = await toFile(Buffer.from(`{"messages":[{"role":"user","content":"x","x":${DEEP}}]}\n`), 'a.jsonl');
    await expect(client.files.create({ file, purpose: 'fine-tune' })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_file',
      message: expect.stringContaining('Line 1: it nests deeper than 100 levels'),
    });
  });

  it('accepts JSON of 100 levels and refuses more', async () => {
    // The body, its messages and the message are three levels.
    const body = chatBody('hi', { messages: [{ role: 'user', content: 'hi', x: 'DEEP' }] });
    const text = (levels: number) => JSON.stringify(body).replace('"DEEP"', nested(levels));
    expect((await server.post('/v1/chat/completions', text(97))).status).toBe(200);
    expect((await server.post('/v1/chat/completions', text(98))).status).toBe(400);
  });
});
