import { connect } from 'node:net';
import { operations } from '@selfsame/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestOptions, requestJson } from '../../../../testing/request.ts';
import { findServed } from '../start/implementations.ts';
import { openStorage } from '../start/storage.ts';
import { startTestServer, type TestServer } from '../start/testing/test-server.ts';
import { PUBLIC_PATHS } from './health.ts';
import { toRoutePath } from './route.ts';

const EVIL = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
const REFUSAL = { status: 403, code: 'origin_not_allowed' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ corsOrigins: 'http://app.example,http://localhost:*' });
});
afterAll(() => server.close());

async function ask(path: string, options: RequestOptions): Promise<{ status: number; code: string | undefined }> {
  const { status, body } = await requestJson<{ error?: { code: string } }>(`${server.url}${path}`, options);
  return { status, code: body.error?.code };
}

describe('a server without an API key', () => {
  it('refuses requests of foreign pages on every route, with and without a body', async () => {
    const routes = [
      ...findServed(operations).map(({ method, path }) => ({
        method,
        path: toRoutePath(path).replaceAll(/:\w+/g, 'x'),
      })),
      ...[...PUBLIC_PATHS, '/metrics', '/v1/nonsense', '/'].map((path) => ({ method: 'GET', path })),
      { method: 'POST', path: '/v1/videos' },
    ];
    for (const { method, path } of routes) {
      const answer = await ask(path, { method, headers: EVIL });
      expect({ path, ...answer }).toEqual({ path, ...REFUSAL });
    }
  });

  it('refuses requests that a page sends without a preflight and stores nothing of them', async () => {
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new File(['x'.repeat(1000)], 'x.txt'));
    const text = { ...EVIL, 'content-type': 'text/plain' };
    expect(await ask('/v1/files', { method: 'POST', body: form, headers: EVIL })).toEqual(REFUSAL);
    expect(await ask('/v1/threads', { method: 'POST', headers: EVIL })).toEqual(REFUSAL);
    expect(await ask('/v1/threads', { method: 'POST', headers: text, body: '{}' })).toEqual(REFUSAL);
    const files = (await (await fetch(`${server.url}/v1/files`)).json()) as { data: unknown[] };
    expect(files.data).toEqual([]);
  });

  it('refuses a WebSocket handshake of a foreign page', async () => {
    const { port } = new URL(server.url);
    const answer = await raw(
      Number(port),
      `GET /v1/realtime HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\norigin: http://evil.example\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*"code":"origin_not_allowed"/);
  });

  it('refuses the preflight of a foreign page and accepts the preflight and request of an allowed one', async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/v1/threads`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'sec-fetch-site': 'cross-site',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
          'access-control-request-private-network': 'true',
        },
      });
    const refused = await preflight('http://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const { status, headers } = await preflight('http://app.example');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('http://app.example');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-private-network')).toBe('true');
    const called = await fetch(`${server.url}/v1/threads`, {
      method: 'POST',
      headers: { origin: 'http://app.example', 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
      body: '{}',
    });
    expect([called.status, called.headers.get('access-control-allow-origin')]).toEqual([200, 'http://app.example']);
  });
});

describe('a server with an API key', () => {
  it('serves requests of any page with the key and refuses them without it', async () => {
    const guarded = await startTestServer();
    const { apiKeys, owner, repositories } = await openStorage({ dataDir: guarded.dataDir });
    const { secret } = await apiKeys.create({ projectId: owner.projectId, name: 'test' });
    await repositories.close();
    const list = (headers: Record<string, string>) => fetch(`${guarded.url}/v1/models`, { headers });
    await expect.poll(async () => (await list({})).status, { timeout: 8000 }).toBe(401);
    expect((await list(EVIL)).status).toBe(401);
    expect((await list({ ...EVIL, authorization: `Bearer ${secret}` })).status).toBe(200);
    expect((await list({ ...EVIL, 'api-key': secret })).status).toBe(200);
    expect((await list({ 'api-key': 'sk-wrong' })).status).toBe(401);
    await guarded.close();
  });
});

/** The first bytes that the server sends on a raw socket. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.once('data', (data) => {
      resolve(String(data));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
