import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOutbound, type Outbound, type OutboundOptions } from './outbound.ts';

const LOOPBACK = [{ address: '127.0.0.1', family: 4 }];

const opened: { server: Server; outbound: Outbound }[] = [];
afterEach(async () => {
  for (const { server, outbound } of opened.splice(0)) {
    await outbound.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A server on loopback, and requests that resolve `public.test` to it. */
async function open(listener: RequestListener, options: Partial<OutboundOptions> = {}) {
  const received = vi.fn<RequestListener>(listener);
  const server = createServer(received);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const outbound = createOutbound({ privateHosts: ['public.test'], resolve: async () => LOOPBACK, ...options });
  opened.push({ server, outbound });
  return { outbound, received, port, url: `http://public.test:${port}/` };
}

describe('an outbound request', () => {
  it('reads a response of an allowed host', async () => {
    const { outbound, url } = await open((_request, response) => response.end('found'));
    const response = await outbound.fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'found']);
  });

  it('opens no connection to a name that resolves to a private address', async () => {
    const { outbound, received, url } = await open((_request, response) => response.end(), { privateHosts: [] });
    await expect(outbound.fetch(url)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('127.0.0.1'),
    });
    expect(received).not.toHaveBeenCalled();
  });

  it('connects to the address that it checked, and resolves the name once', async () => {
    const answers = [LOOPBACK, [{ address: '10.0.0.1', family: 4 }]];
    const resolve = vi.fn(async () => answers.shift() ?? []);
    const { outbound, received, url } = await open((_request, response) => response.end('found'), { resolve });
    expect(await (await outbound.fetch(url)).text()).toBe('found');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(received).toHaveBeenCalledTimes(1);
  });

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://0x7f.1', 'http://2130706433', 'http://[::ffff:7f00:1]'])(
    'refuses the private address of %s',
    async (origin) => {
      const { outbound, received, port } = await open((_request, response) => response.end());
      await expect(outbound.fetch(`${origin}:${port}/`)).rejects.toMatchObject({ reason: 'refused' });
      expect(received).not.toHaveBeenCalled();
    },
  );

  it.each(['file:///etc/passwd', 'ftp://public.test/', 'data:text/plain,a', 'http://user:secret@public.test/'])(
    'refuses the URL %s without its user information in the error',
    async (url) => {
      const { outbound } = await open((_request, response) => response.end());
      const error = await outbound.fetch(url).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ reason: 'refused' });
      expect(String(error)).not.toContain('secret');
    },
  );

  it('refuses a redirect to a private address', async () => {
    const { outbound, received, port, url } = await open((_request, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end(),
    );
    await expect(outbound.fetch(url)).rejects.toMatchObject({ reason: 'refused' });
    expect(received).toHaveBeenCalledTimes(1);
  });

  it('refuses a redirect to a name with a private address', async () => {
    const { outbound, received, port, url } = await open((_request, response) =>
      response.writeHead(302, { location: `http://other.test:${port}/` }).end(),
    );
    await expect(outbound.fetch(url)).rejects.toMatchObject({ reason: 'refused' });
    expect(received).toHaveBeenCalledTimes(1);
  });

  it('sends the headers of the caller to no other origin', async () => {
    const seen: (string | undefined)[] = [];
    const { outbound, port } = await open(
      (request, response) => {
        seen.push(request.headers.authorization);
        if (request.url === '/end') response.end('end');
        else if (request.url === '/here') response.writeHead(302, { location: '/end' }).end();
        else response.writeHead(302, { location: `http://b.test:${port}/end` }).end();
      },
      { privateHosts: ['a.test', 'b.test'] },
    );
    const headers = { authorization: 'Bearer secret' };
    for (const path of ['/here', '/there']) {
      await (await outbound.fetch(`http://a.test:${port}${path}`, { headers })).text();
    }
    expect(seen).toEqual(['Bearer secret', 'Bearer secret', 'Bearer secret', undefined]);
  });

  it('stops after five redirects', async () => {
    const { outbound, received, url } = await open((_request, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    );
    await expect(outbound.fetch(url)).rejects.toMatchObject({ reason: 'too_many_redirects' });
    expect(received).toHaveBeenCalledTimes(6);
  });

  it('stops reading a body that is too large', async () => {
    const { outbound, url } = await open((_request, response) => {
      response.end(Buffer.alloc(100_000));
    });
    const response = await outbound.limited({ maxBytes: 1000 })(url);
    await expect(response.text()).rejects.toMatchObject({ reason: 'too_large' });
  });

  it('ends when there is no response in time', async () => {
    const { outbound, url } = await open(() => undefined);
    await expect(outbound.limited({ timeoutMs: 100 })(url)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('allows every host if the list has an asterisk', async () => {
    const { outbound, port } = await open((_request, response) => response.end('found'), { privateHosts: ['*'] });
    expect(await (await outbound.fetch(`http://127.0.0.1:${port}/`)).text()).toBe('found');
  });
});
