/**
 * `secureSocket.certValidation`: whether the certificate of a server has been revoked. `OCSP_STAPLING` takes the
 * response that the server sends in the handshake; without one, and with `OCSP_CRL`, the responder that the certificate
 * names, and then its revocation list. Without a conclusive answer, the connection is refused.
 */
import type { TLSSocket } from 'node:tls';
import { request } from 'undici';
import { APIConnectionError } from '../core/errors.ts';
import type { Clock } from './clock.ts';
import type { CertificateValidation } from './connection-options.ts';
import {
  createOcspRequest,
  type PeerCertificate,
  parseCertificate,
  type RevocationStatus,
  readCrl,
  readOcspResponse,
} from './revocation-data.ts';

const DEFAULT_CACHE_SIZE = 100;
const DEFAULT_CACHE_SECONDS = 300;
/** Limits for a responder. */
const FETCH_TIMEOUT_MS = 10_000;
const MAX_FETCHED_BYTES = 4 * 1024 * 1024;

export class RevocationCheck {
  readonly #options: Required<{ [K in keyof CertificateValidation]: Exclude<CertificateValidation[K], undefined> }>;
  readonly #clock: Clock;
  /** Fingerprints of good certificates, and the times until which they are good. */
  readonly #good = new Map<string, number>();

  constructor(options: CertificateValidation, clock: Clock) {
    this.#options = {
      type: options.type ?? 'OCSP_STAPLING',
      cacheSize: options.cacheSize ?? DEFAULT_CACHE_SIZE,
      cacheValidityPeriod: options.cacheValidityPeriod ?? DEFAULT_CACHE_SECONDS,
    };
    this.#clock = clock;
  }

  /** @throws APIConnectionError for a certificate that is revoked or whose status is unknown. */
  async check(socket: TLSSocket, staple: Uint8Array | undefined): Promise<void> {
    const { raw, fingerprint256, issuerCertificate } = socket.getPeerCertificate(true);
    // A resumed session has the certificate that was checked in its full handshake.
    if (raw === undefined && socket.isSessionReused()) return;
    if ((this.#good.get(fingerprint256) ?? 0) > this.#clock.now()) return;
    const certificate = await parseCertificate(raw, issuerCertificate?.raw);
    const status = await this.#findStatus(certificate, staple);
    if (status === 'good') this.#remember(fingerprint256);
    else if (status === 'revoked') throw new APIConnectionError('the certificate of the server has been revoked');
    else throw new APIConnectionError('no OCSP response or CRL shows that the certificate of the server is valid');
  }

  async #findStatus(certificate: PeerCertificate, staple: Uint8Array | undefined): Promise<RevocationStatus> {
    const now = this.#clock.now();
    if (this.#options.type === 'OCSP_STAPLING' && staple !== undefined) {
      const status = await readOcspResponse(staple, certificate, now);
      if (status !== 'unknown') return status;
    }
    for (const url of certificate.ocspUrls) {
      const body = await createOcspRequest(certificate);
      const response = await fetchBytes(url, body);
      const status = response === undefined ? 'unknown' : await readOcspResponse(response, certificate, now);
      if (status !== 'unknown') return status;
    }
    for (const url of certificate.crlUrls) {
      const list = await fetchBytes(url);
      const status = list === undefined ? 'unknown' : await readCrl(list, certificate, now);
      if (status !== 'unknown') return status;
    }
    return 'unknown';
  }

  #remember(fingerprint: string): void {
    const { cacheSize, cacheValidityPeriod } = this.#options;
    this.#good.delete(fingerprint);
    this.#good.set(fingerprint, this.#clock.now() + cacheValidityPeriod * 1000);
    const [oldest] = this.#good.keys();
    if (this.#good.size > cacheSize && oldest !== undefined) this.#good.delete(oldest);
  }
}

/** A POST with a body, else a GET; undefined for a failure. */
async function fetchBytes(url: string, body?: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: body ?? null,
    } as const;
    const response = await request(url, {
      ...(body === undefined ? { method: 'GET' } : post),
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_FETCHED_BYTES) return undefined;
      chunks.push(chunk);
    }
    return response.statusCode === 200 ? Buffer.concat(chunks) : undefined;
  } catch {
    return undefined;
  }
}
