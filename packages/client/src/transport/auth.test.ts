import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientConfig, Selfsame } from '../index.ts';
import { startHttpProxy } from '../testing/proxy-servers.ts';
import { startRawServer, startServer, startTcpServer } from '../testing/test-server.ts';

const TOKEN = 'sk-secret-token';

function createClient(url: URL, config: ClientConfig = {}): Selfsame {
  const client = new Selfsame({ auth: { token: TOKEN }, ...config }, new URL('v1', url).href);
  onTestFinished(() => client.close());
  return client;
}

const MODELS = JSON.stringify({ object: 'list', data: [] });

describe('auth', () => {
  it('sends the token with every attempt of every request', async () => {
    const server = await startServer((_, response) => {
      const isRefused = server.requests.length % 2 === 1;
      response.writeHead(isRefused ? 503 : 200, { 'content-type': 'application/json' });
      response.end(isRefused ? undefined : MODELS);
    });
    const client = createClient(server.url, { retryConfig: { count: 1, statusCodes: [503] } });
    for (let sent = 0; sent < 2; sent += 1) await client.models.list();
    const tokens = server.requests.map(({ headers }) => headers['authorization']);
    expect(tokens).toEqual(Array.from({ length: 4 }, () => `Bearer ${TOKEN}`));
  });

  it('sends the token to no other origin after a redirect', async () => {
    const target = await startServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(MODELS);
    });
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: new URL('/v1/models', target.url).href });
      response.end();
    });
    await createClient(server.url, { followRedirects: { enabled: true } }).models.list();
    expect(JSON.stringify(target.requests[0]?.headers)).not.toContain(TOKEN);
  });

  it.each<[string, () => Promise<{ url: URL }>, ClientConfig]>([
    ['a connection that is refused', () => Promise.resolve({ url: new URL('http://127.0.0.1:1') }), {}],
    ['a connection that ends', () => startTcpServer((socket) => socket.destroy()), { retryConfig: { count: 1 } }],
    ['a timeout', () => startServer(() => undefined), { timeout: 0.05 }],
    ['a response that is not HTTP', () => startRawServer('nonsense\r\n\r\n'), {}],
    ['a limit', () => startServer((_, response) => response.end('long')), { responseLimits: { maxEntityBodySize: 1 } }],
    ['a status', () => startServer((_, response) => response.writeHead(500) && response.end()), {}],
  ])('does not put the token into the error of %s', async (_, start, config) => {
    const { url } = await start();
    const error: unknown = await createClient(url, config)
      .models.list()
      .then(() => undefined)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  });

  it('does not put the password of a proxy into an error', async () => {
    const { host, port } = await startHttpProxy('user:other');
    const proxy = { host, port, userName: 'user', password: 'very-secret' };
    const client = createClient(new URL('http://127.0.0.1:1'), { proxy });
    const error: unknown = await client.models.list().catch((reason: unknown) => reason);
    const text = inspect(error, { depth: 20, showHidden: true });
    expect(text).toContain('407');
    expect(text).not.toContain('very-secret');
    expect(text).not.toContain(Buffer.from('user:very-secret').toString('base64'));
  });
});
