import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, writeTestFile } from '../testing/certificates.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { startServer, startTcpServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { SecureSocketOptions } from './connection-options.ts';
import { OptionError } from './transport-errors.ts';

let authority: Authority;

beforeAll(async () => {
  authority = await createAuthority();
});

/** What a server sees of a handshake. */
interface Handshake {
  version: string | null;
  cipher: string;
  serverName: string | false | undefined;
  isResumed: boolean;
  client: unknown;
}

interface SecureServer extends TestServer {
  handshakes: Handshake[];
}

function describeHandshake(socket: TLSSocket): Handshake {
  return {
    version: socket.getProtocol(),
    cipher: socket.getCipher().name,
    serverName: (socket as { servername?: string | false }).servername,
    isResumed: socket.isSessionReused(),
    client: socket.getPeerCertificate().subject?.CN,
  };
}

async function startTlsServer(settings: object = {}, ...names: string[]): Promise<SecureServer> {
  const handshakes: Handshake[] = [];
  const server = await startServer((_, response) => response.end('done'), {
    ...(await authority.issue(...names)),
    ...settings,
  });
  server.onSecure((socket) => handshakes.push(describeHandshake(socket)));
  return { ...server, handshakes };
}

function trusting(options: SecureSocketOptions = {}): SecureSocketOptions {
  return { cert: writeTestFile('ca.pem', authority.cert), ...options };
}

async function call(server: SecureServer, secureSocket: SecureSocketOptions, host = '127.0.0.1'): Promise<string> {
  const transport = openTransport({ secureSocket, http1Settings: { keepAlive: 'NEVER' } });
  return (await exchange(transport, `https://${host}:${server.url.port}/`)).text;
}

describe('secureSocket', () => {
  it('refuses a certificate of an unknown authority', async () => {
    const server = await startTlsServer();
    await expect(call(server, {})).rejects.toThrow(/unable to (verify|get)/);
  });

  it('accepts a certificate of the authority in cert', async () => {
    expect(await call(await startTlsServer(), trusting())).toBe('done');
  });

  it('accepts every certificate with enable: false', async () => {
    expect(await call(await startTlsServer({}, 'other.test'), { enable: false }, 'localhost')).toBe('done');
  });

  it('refuses a certificate for another name, unless verifyHostName is false', async () => {
    const server = await startTlsServer({}, 'other.test');
    await expect(call(server, trusting(), 'localhost')).rejects.toThrow("does not match certificate's altnames");
    expect(await call(server, trusting({ verifyHostName: false }), 'localhost')).toBe('done');
  });

  it('refuses an unknown authority with verifyHostName: false', async () => {
    await expect(call(await startTlsServer(), { verifyHostName: false })).rejects.toThrow(/unable to (verify|get)/);
  });

  it('sends serverName in SNI and checks the certificate against it', async () => {
    const server = await startTlsServer({}, 'other.test');
    expect(await call(server, trusting({ serverName: 'other.test' }), 'localhost')).toBe('done');
    expect(server.handshakes.map(({ serverName }) => serverName)).toEqual(['other.test']);
    await expect(call(server, trusting({ serverName: 'wrong.test' }))).rejects.toThrow('altnames');
  });

  it('presents the certificate of key to a server that demands one', async () => {
    const server = await startTlsServer({ requestCert: true, ca: authority.cert });
    await expect(call(server, trusting())).rejects.toThrow('the connection failed');
    const client = await authority.issue('client.test');
    const key = { certFile: writeTestFile('c.pem', client.cert), keyFile: writeTestFile('k.pem', client.key) };
    expect(await call(server, trusting({ key }))).toBe('done');
    expect(server.handshakes.at(-1)?.client).toBe('client.test');
  });

  it('negotiates only the versions of protocol', async () => {
    const server = await startTlsServer();
    const protocol = { name: 'TLS' as const, versions: ['TLSv1.2'] };
    expect(await call(server, trusting({ protocol }))).toBe('done');
    expect(server.handshakes.map(({ version }) => version)).toEqual(['TLSv1.2']);
    const modern = await startTlsServer({ minVersion: 'TLSv1.3' });
    await expect(call(modern, trusting({ protocol }))).rejects.toThrow('the connection failed');
  });

  it.each(['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'])(
    'negotiates the cipher %s',
    async (cipher) => {
      const server = await startTlsServer();
      const protocol = { name: 'TLS' as const, versions: ['TLSv1.2'] };
      expect(await call(server, trusting({ ciphers: [cipher], protocol }))).toBe('done');
      expect(server.handshakes[0]?.cipher).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
    },
  );

  it.each([
    [undefined, [false, true]],
    [false, [false, false]],
  ])('with shareSession %s, resumes the sessions %j of two connections', async (shareSession, expected) => {
    const server = await startTlsServer({ maxVersion: 'TLSv1.2' });
    const transport = openTransport({
      secureSocket: trusting({ shareSession }),
      http1Settings: { keepAlive: 'NEVER' },
    });
    for (let sent = 0; sent < 2; sent += 1) await exchange(transport, server.url);
    expect(server.handshakes.map(({ isResumed }) => isResumed)).toEqual(expected);
  });

  it('does not resume a session after sessionTimeout', async () => {
    const clock = new ManualClock();
    const server = await startTlsServer({ maxVersion: 'TLSv1.2' });
    const options = { secureSocket: trusting({ sessionTimeout: 60 }), http1Settings: { keepAlive: 'NEVER' as const } };
    const transport = openTransport(options, clock);
    for (const seconds of [0, 30, 31]) {
      clock.advance(seconds);
      await exchange(transport, server.url);
    }
    expect(server.handshakes.map(({ isResumed }) => isResumed)).toEqual([false, true, false]);
  });

  it('ends a handshake that takes longer than handshakeTimeout', async () => {
    const clock = new ManualClock();
    const server = await startTcpServer(() => undefined);
    const transport = openTransport({ secureSocket: { handshakeTimeout: 2 } }, clock);
    const sent = exchange(transport, `https://${server.url.host}/`);
    await clock.untilWaiting();
    clock.advance(2);
    await expect(sent).rejects.toThrow('secureSocket.handshakeTimeout (2 s)');
  });

  it.each<[string, SecureSocketOptions]>([
    ['secureSocket.certValidation', { enable: false, certValidation: { type: 'OCSP_CRL' } }],
    ['secureSocket.protocol.name', { protocol: { name: 'DTLS' } }],
    ['secureSocket.protocol.versions', { protocol: { name: 'TLS', versions: ['TLSv1.1', 'TLSv1.3'] } }],
    ['secureSocket.protocol.versions', { protocol: { name: 'TLS', versions: ['TLSv9'] } }],
    ['secureSocket.ciphers[0]', { ciphers: ['ROT13'] }],
    ['secureSocket.cert', { cert: '/does/not/exist' }],
  ])('refuses %s by name for %j', (option, secureSocket) => {
    const error = catchError(() => openTransport({ secureSocket }));
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).option).toBe(option);
  });
});

function catchError(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
