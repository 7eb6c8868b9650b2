/** API keys, from the command line to the client's typed error. On servers of its own: a key changes who may call. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf, GENERATIONS } from './openai-clients.ts';
import { runCommand, type ServerProcess, startServer } from './server.ts';

/** The documented time in which a running server learns what the command line did to its keys. */
const KEY_CACHE_MS = 3000;
const settings = { SELFSAME_SCRIPTED: 'true' } as const;

describe.each(GENERATIONS)('$name', ({ Client }) => {
  let server: ServerProcess;
  let secret: string;
  const client = (apiKey: string) => new Client({ baseURL: server.baseURL, apiKey, maxRetries: 0 });
  const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hello' }] };

  beforeAll(async () => {
    server = await startServer({ settings });
  });
  afterAll(() => server.stop());

  it('needs no key on loopback while none exists', async () => {
    expect((await client('anything').models.list()).data).not.toEqual([]);
  });

  it('is asked for one as soon as one exists, also by a server that runs already', async () => {
    secret = await runCommand(['keys', 'create', '--name', 'acceptance'], server.dataDir);
    expect(secret).toMatch(/^sk-\S{40,}$/);
    const error = await eventuallyRefused(() => client('anything').models.list());
    expect(error).toBeInstanceOf(Client.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  });

  it('is let in with it, for chats and streams', async () => {
    const completion = await client(secret).chat.completions.create(hello);
    expect(completion.choices[0]?.message.content).toBe('Hello');
    let text = '';
    for await (const chunk of await client(secret).chat.completions.create({ ...hello, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('Hello');
  });

  it('gets AuthenticationError for a wrong one, whose secret the message does not repeat', async () => {
    const wrong = `${secret.slice(0, -6)}AAAAAA`;
    const error = await failureOf(client(wrong).chat.completions.create(hello));
    expect(error).toBeInstanceOf(Client.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(String(error)).not.toContain(wrong);
    expect(server.stderr()).not.toContain(wrong.slice(0, -6));
  });

  it('is told apart from no key at all', async () => {
    const response = await fetch(`${server.baseURL}/models`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'missing_api_key', param: null } });
  });

  it('sees the key listed, never its secret', async () => {
    const list = await runCommand(['keys', 'list'], server.dataDir);
    expect(list).toContain('acceptance');
    expect(list).not.toContain(secret);
  });

  it('is refused after the key is revoked, and the server does not fall open again', async () => {
    const list = await runCommand(['keys', 'list'], server.dataDir);
    const id = /\bkey_\w+/.exec(list)?.[0] ?? '';
    await runCommand(['keys', 'revoke', id], server.dataDir);
    expect(await eventuallyRefused(() => client(secret).models.list())).toBeInstanceOf(Client.AuthenticationError);
    expect(await failureOf(client('anything').models.list())).toBeInstanceOf(Client.AuthenticationError);
  });

  const eventuallyRefused = (call: () => Promise<unknown>) =>
    vi.waitFor(() => failureOf(call()), { timeout: KEY_CACHE_MS + 500, interval: 100 });
});

describe('an address beyond loopback', () => {
  it('is not served without a key', async () => {
    const refusal = await failureOf(startServer({ settings: { ...settings, SELFSAME_HOST: '0.0.0.0' } }));
    expect(String(refusal)).toMatch(/no API key exists yet.*selfsame keys create/s);
  });
});
