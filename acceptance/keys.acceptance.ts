/**
 * API keys, from the command line to the client's typed error. Uses separate servers because a key restricts access.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf, GENERATIONS } from './openai-clients.ts';
import { runCommand, type ServerProcess, startServer } from './server.ts';

/** The documented delay before a running server applies key changes of the command line. */
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

  it('a client needs no key on loopback if no key exists', async () => {
    expect((await client('anything').models.list()).data).not.toEqual([]);
  });

  it('a client is refused without a key once a key exists, also by a running server', async () => {
    secret = await runCommand(['keys', 'create', '--name', 'acceptance'], server.dataDir);
    expect(secret).toMatch(/^sk-\S{40,}$/);
    const error = await eventuallyRefused(() => client('anything').models.list());
    expect(error).toBeInstanceOf(Client.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'invalid_request_error' });
  });

  it('a client chats and streams with the key', async () => {
    const completion = await client(secret).chat.completions.create(hello);
    expect(completion.choices[0]?.message.content).toBe('Hello');
    let text = '';
    for await (const chunk of await client(secret).chat.completions.create({ ...hello, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('Hello');
  });

  it('a client gets an AuthenticationError for a wrong key, whose message does not contain the secret', async () => {
    const wrong = `${secret.slice(0, -6)}AAAAAA`;
    const error = await failureOf(client(wrong).chat.completions.create(hello));
    expect(error).toBeInstanceOf(Client.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(String(error)).not.toContain(wrong);
    expect(server.stderr()).not.toContain(wrong.slice(0, -6));
  });

  it('a client gets different error codes for a wrong and a missing key', async () => {
    const response = await fetch(`${server.baseURL}/models`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'missing_api_key', param: null } });
  });

  it('lists the key without its secret', async () => {
    const list = await runCommand(['keys', 'list'], server.dataDir);
    expect(list).toContain('acceptance');
    expect(list).not.toContain(secret);
  });

  it('a client is refused after its key is revoked, and the server still requires a key', async () => {
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
  it('a server does not start on an address beyond loopback without a key', async () => {
    const refusal = await failureOf(startServer({ settings: { ...settings, SELFSAME_HOST: '0.0.0.0' } }));
    expect(String(refusal)).toMatch(/no API key exists yet.*selfsame keys create/s);
  });
});
