import { beforeAll, describe, expect, it } from 'vitest';
import { writeTestFile } from '../testing/certificates.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import {
  createRevocationAuthority,
  type IssuedCertificate,
  type RevocationAuthority,
} from '../testing/revocation-authority.ts';
import { startServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { CertificateValidation, ConnectionOptions } from './connection-options.ts';

let authority: RevocationAuthority;

beforeAll(async () => {
  authority = await createRevocationAuthority();
});

interface Responder extends TestServer {
  ocspUrl: string;
  crlUrl: string;
}

/** Serves OCSP responses at `/ocsp` and a list at `/crl`; 404 without one. */
async function startResponder(bodies: { ocsp?: Buffer; crl?: Buffer }): Promise<Responder> {
  const server = await startServer(({ path }, response) => {
    const body = path === '/ocsp' ? bodies.ocsp : bodies.crl;
    response.writeHead(body === undefined ? 404 : 200);
    response.end(body);
  });
  return { ...server, ocspUrl: new URL('/ocsp', server.url).href, crlUrl: new URL('/crl', server.url).href };
}

async function startTlsServer(issued: IssuedCertificate, staple?: Buffer): Promise<TestServer> {
  const server = await startServer((_, response) => response.end('done'), { cert: issued.cert, key: issued.key });
  if (staple !== undefined) server.onOcspRequest(() => staple);
  return server;
}

function createOptions(certValidation: CertificateValidation): ConnectionOptions {
  const secureSocket = { cert: writeTestFile('ca.pem', authority.cert), certValidation, shareSession: false };
  return { secureSocket, http1Settings: { keepAlive: 'NEVER' } };
}

async function call(server: TestServer, certValidation: CertificateValidation): Promise<string> {
  return (await exchange(openTransport(createOptions(certValidation)), server.url)).text;
}

const STAPLING: CertificateValidation = { type: 'OCSP_STAPLING', cacheSize: 10, cacheValidityPeriod: 60 };
const NETWORK: CertificateValidation = { type: 'OCSP_CRL', cacheSize: 10, cacheValidityPeriod: 60 };

const REVOKED = 'the certificate of the server has been revoked';
const UNKNOWN = 'no OCSP response or CRL shows that the certificate of the server is valid';

describe('secureSocket.certValidation with OCSP_STAPLING', () => {
  it('accepts a certificate whose stapled response is good', async () => {
    const issued = await authority.issue();
    const staple = await authority.respond(issued.certificate, false);
    expect(await call(await startTlsServer(issued, staple), STAPLING)).toBe('done');
  });

  it('refuses a certificate whose stapled response is revoked', async () => {
    const issued = await authority.issue();
    const server = await startTlsServer(issued, await authority.respond(issued.certificate, true));
    await expect(call(server, STAPLING)).rejects.toThrow(REVOKED);
    expect(server.requests).toEqual([]);
  });

  it('refuses a certificate without any response', async () => {
    await expect(call(await startTlsServer(await authority.issue()), STAPLING)).rejects.toThrow(UNKNOWN);
  });

  it('asks the responder of the certificate if the server staples no response', async () => {
    const responder = await startResponder({});
    const issued = await authority.issue({ ocsp: responder.ocspUrl });
    await expect(call(await startTlsServer(issued), STAPLING)).rejects.toThrow(UNKNOWN);
    expect(responder.requests.map(({ path, method }) => `${method} ${path}`)).toEqual(['POST /ocsp']);
  });

  it('asks the responder of the certificate if the stapled response is out of date', async () => {
    const bodies: { ocsp?: Buffer } = {};
    const issued = await authority.issue({ ocsp: (await startResponder(bodies)).ocspUrl });
    bodies.ocsp = await authority.respond(issued.certificate, false);
    const server = await startTlsServer(issued, await authority.respond(issued.certificate, true, -1));
    expect(await call(server, STAPLING)).toBe('done');
  });

  it.each<[string, (issued: IssuedCertificate, other: RevocationAuthority) => Promise<Buffer>]>([
    ['is out of date', ({ certificate }) => authority.respond(certificate, false, -1)],
    ['another authority signed', ({ certificate }, other) => other.respond(certificate, false)],
    ['has a forged signature', ({ certificate }) => authority.forge(certificate)],
    ['is for another certificate', async () => authority.respond((await authority.issue()).certificate, false)],
    ['is not a response', () => Promise.resolve(Buffer.from('nonsense'))],
  ])('does not accept a response that %s', async (_, respond) => {
    const issued = await authority.issue();
    const staple = await respond(issued, await createRevocationAuthority('Other authority'));
    await expect(call(await startTlsServer(issued, staple), STAPLING)).rejects.toThrow(UNKNOWN);
  });
});

describe('secureSocket.certValidation with OCSP_CRL', () => {
  it.each([
    [false, 'done'],
    [true, REVOKED],
  ])('takes the status revoked: %s from the responder', async (isRevoked, expected) => {
    const bodies: { ocsp?: Buffer } = {};
    const responder = await startResponder(bodies);
    const issued = await authority.issue({ ocsp: responder.ocspUrl });
    bodies.ocsp = await authority.respond(issued.certificate, isRevoked);
    const result = await call(await startTlsServer(issued), NETWORK).catch((error: Error) => error.message);
    expect(result).toContain(expected);
    expect(responder.requests[0]?.headers['content-type']).toBe('application/ocsp-request');
  });

  it.each([
    [false, 'done'],
    [true, REVOKED],
  ])('takes the status revoked: %s from the list if the responder fails', async (isRevoked, expected) => {
    const bodies: { crl?: Buffer } = {};
    const responder = await startResponder(bodies);
    const issued = await authority.issue({ ocsp: responder.ocspUrl, crl: responder.crlUrl });
    bodies.crl = await authority.list(...(isRevoked ? [issued.certificate] : []));
    const result = await call(await startTlsServer(issued), NETWORK).catch((error: Error) => error.message);
    expect(result).toContain(expected);
    expect(responder.requests.map(({ path }) => path)).toEqual(['/ocsp', '/crl']);
  });

  it('does not accept a list that another authority signed', async () => {
    const other = await createRevocationAuthority('Other authority');
    const responder = await startResponder({ crl: await other.list() });
    const server = await startTlsServer(await authority.issue({ crl: responder.crlUrl }));
    await expect(call(server, NETWORK)).rejects.toThrow(UNKNOWN);
  });

  it('asks again after cacheValidityPeriod', async () => {
    const clock = new ManualClock();
    const bodies: { ocsp?: Buffer } = {};
    const responder = await startResponder(bodies);
    const issued = await authority.issue({ ocsp: responder.ocspUrl });
    bodies.ocsp = await authority.respond(issued.certificate, false);
    const server = await startTlsServer(issued);
    const transport = openTransport(createOptions(NETWORK), clock);
    const counts: number[] = [];
    for (const seconds of [0, 59, 2]) {
      clock.advance(seconds);
      await exchange(transport, server.url);
      counts.push(responder.requests.length);
    }
    expect(counts).toEqual([1, 1, 2]);
  });

  it('remembers as many certificates as cacheSize', async () => {
    const bodies: { crl?: Buffer } = {};
    const responder = await startResponder(bodies);
    bodies.crl = await authority.list();
    const [first, second] = [
      await startTlsServer(await authority.issue({ crl: responder.crlUrl })),
      await startTlsServer(await authority.issue({ crl: responder.crlUrl })),
    ];
    const transport = openTransport(createOptions({ ...NETWORK, cacheSize: 1 }));
    for (const server of [first, first, second, first]) await exchange(transport, server.url);
    expect(responder.requests).toHaveLength(3);
  });
});
