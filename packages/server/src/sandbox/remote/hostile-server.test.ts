import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SANDBOX_LIMITS, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { createRemoteSandbox } from './remote.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const LIMITS = { ...DEFAULT_SANDBOX_LIMITS, wallMs: 300, diskBytes: 1024 ** 2, outputBytes: 1000 };
const NEVER = new AbortController().signal;
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Opens sessions properly; `handle` replies to everything else. */
async function listen(handle: Handler): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === '/sessions') response.writeHead(201).end('{"id":"s1"}');
    else if (request.method === 'DELETE' && request.url === '/sessions/s1') response.writeHead(204).end();
    else handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function open(url: string): Promise<SandboxSession> {
  return createRemoteSandbox({ url, token: 'secret' }).open(LIMITS);
}

async function runAt(handle: Handler) {
  const { url, requests } = await listen(handle);
  const session = await open(url);
  const outputs: unknown[] = [];
  const run = async () => {
    for await (const output of session.run('1', NEVER)) outputs.push(output);
  };
  return { call: run(), session, requests, outputs };
}

/** Writes until the client disconnects. */
function flood(response: ServerResponse, piece: string): void {
  const write = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}

const END = '{"type":"end","status":"completed","files":[]}\n';

const RUNS: Record<string, { handle: Handler; reason: string }> = {
  'a reply that is no JSON': { reason: 'output', handle: (_, response) => response.end('<html>\n') },
  'an unknown type of output': { reason: 'output', handle: (_, response) => response.end('{"type":"exec"}\n') },
  'logs that are no text': { reason: 'output', handle: (_, response) => response.end('{"type":"logs","text":[1]}\n') },
  'an unknown status': { reason: 'output', handle: (_, response) => response.end('{"type":"end","status":"ok"}\n') },
  'a line without an end': { reason: 'output', handle: (_, response) => flood(response, 'x'.repeat(65_536)) },
  'logs without an end': {
    reason: 'output',
    handle: (_, response) => flood(response, `{"type":"logs","text":"${'x'.repeat(65_536)}"}\n`),
  },
  'empty lines without an end': {
    reason: 'time|output',
    handle: (_, response) => flood(response, '\n'.repeat(65_536)),
  },
  'output after the end': { reason: 'output', handle: (_, response) => response.end(END + END) },
  'no end': { reason: 'crash', handle: (_, response) => response.end('{"type":"logs","text":"a"}\n') },
  'a reply that never begins': { reason: 'time', handle: () => undefined },
  'a reply that never ends': {
    reason: 'time',
    handle: (_, response) => void response.write('{"type":"logs","text":"a"}\n'),
  },
  'a connection that breaks before the reply': { reason: 'crash', handle: (request) => void request.socket.destroy() },
  'a connection that breaks during the reply': {
    reason: 'crash',
    handle: (request, response) => {
      response.write('{"type":"logs","text":"a"}\n');
      setTimeout(() => request.socket.destroy(), 50);
    },
  },
  'an error without a body': { reason: 'crash', handle: (_, response) => response.writeHead(500).end() },
  'an error that is too large': {
    reason: 'crash',
    handle: (_, response) => flood(response.writeHead(500), 'x'.repeat(65_536)),
  },
  'a session that it has ended': {
    reason: 'crash',
    handle: (_, response) => response.writeHead(404).end('{"error":{"code":"session_not_found"}}'),
  },
  'an unknown reason': {
    reason: 'crash',
    handle: (_, response) => response.end('{"type":"interrupted","reason":"x"}\n'),
  },
};

describe('a remote sandbox', () => {
  for (const [name, { handle, reason }] of Object.entries(RUNS)) {
    it(`interrupts a call whose server sends ${name}, and does not repeat it`, async () => {
      const { call, session, requests } = await runAt(handle);
      await expect(call).rejects.toMatchObject({
        name: 'SandboxInterruptedError',
        reason: expect.stringMatching(new RegExp(`^(${reason})$`)),
      });
      expect(session.isOpen).toBe(false);
      await session.destroy();
      expect(requests).toEqual(['POST /sessions', 'POST /sessions/s1/run', 'DELETE /sessions/s1']);
    });
  }

  it('follows no redirection, so that the token stays at its server', async () => {
    const other = await listen((_, response) => response.end(END));
    const { call } = await runAt((_, response) => response.writeHead(307, { location: `${other.url}/x` }).end());
    await expect(call).rejects.toMatchObject({ reason: 'crash' });
    expect(other.requests).toEqual([]);
  });

  it('drops files whose paths leave the folder of the session', async () => {
    const files = ['../a', '/a', 'b/../../a', '', 'a\0', 'ok/a'].map((path) => ({ path, bytes: 1 }));
    const { call, outputs } = await runAt((_, response) =>
      response.end(
        `${JSON.stringify({ type: 'end', status: 'failed', files: [...files, { path: 'n', bytes: -1 }] })}\n`,
      ),
    );
    await call;
    expect(outputs).toEqual([{ type: 'end', status: 'failed', files: [{ path: 'ok/a', bytes: 1 }] }]);
  });

  it('interrupts the read of a file that is larger than the disk of the session', async () => {
    const { url } = await listen((_, response) => flood(response, 'x'.repeat(65_536)));
    const session = await open(url);
    const read = async () => {
      for await (const part of session.readFile('a')) expect(part.byteLength).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ reason: 'output' });
  });

  it('interrupts an upload whose connection breaks', async () => {
    const { url, requests } = await listen((request) => void request.socket.destroy());
    const session = await open(url);
    async function* content() {
      yield Buffer.from('a');
    }
    await expect(session.putFile('a', content())).rejects.toMatchObject({ reason: 'crash' });
    expect(session.isOpen).toBe(false);
    expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  });

  it('keeps the session if the server refuses an upload before its end', async () => {
    const refusal = '{"error":{"code":"file","message":"full"}}';
    const { url } = await listen((request, response) => {
      request.once('data', () => response.writeHead(400, { connection: 'close' }).end(refusal));
    });
    const session = await open(url);
    async function* content() {
      for (let part = 0; part < 200; part += 1) yield Buffer.alloc(65_536);
    }
    await expect(session.putFile('a', content())).rejects.toThrow('full');
    expect(session.isOpen).toBe(true);
  });

  it('keeps the session if the signal aborts before the call', async () => {
    const { url } = await listen((_, response) => response.end(END));
    const session = await open(url);
    const call = session.run('1', AbortSignal.abort())[Symbol.asyncIterator]().next();
    await expect(call).rejects.toMatchObject({ reason: 'aborted' });
    expect(session.isOpen).toBe(true);
  });

  it.each([
    ['no server', '', 'ECONNREFUSED'],
    ['no URL', 'sandbox', 'Invalid URL'],
  ])('is unavailable with %s', async (_, name, message) => {
    const { url: closed } = await listen(() => undefined);
    for (const close of closers.splice(0)) close();
    const url = name === '' ? closed : name;
    const opening = createRemoteSandbox({ url, token: 'secret' }).open(LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow('secret');
  });

  it.each(['not json', '{"id":"../x"}', '{"id":7}', '[]'])('is unavailable if the session is %s', async (body) => {
    const server = createServer((_, response) => response.writeHead(201).end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    await expect(open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toThrow(
      SandboxUnavailableError,
    );
  });
});
