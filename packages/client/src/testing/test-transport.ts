/** A transport for tests, and short forms of requests. */
import { onTestFinished } from 'vitest';
import type { HeaderFields, OpenTransport, RequestBody, Transport, TransportRequest } from '../core/transport.ts';
import type { Clock } from '../transport/clock.ts';
import type { ConnectionOptions } from '../transport/connection-options.ts';
import { createTransport } from '../transport/create-transport.ts';

export function openTransport(options: ConnectionOptions, clock?: Clock): OpenTransport {
  const transport = createTransport(options, clock);
  onTestFinished(() => transport.close());
  return transport;
}

interface Received {
  status: number;
  headers: HeaderFields;
  text: string;
}

/** Sends a request and reads the whole response. */
export async function exchange(
  { send }: { send: Transport },
  url: URL | string,
  request: Partial<TransportRequest> = {},
): Promise<Received> {
  const response = await send({ url: new URL(url), method: 'GET', headers: {}, ...request });
  const chunks: Uint8Array[] = [];
  if (response.body !== null) for await (const chunk of response.body) chunks.push(chunk);
  return { status: response.status, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

export function post(transport: { send: Transport }, url: URL | string, body: RequestBody, headers: HeaderFields = {}) {
  return exchange(transport, url, { method: 'POST', body, headers });
}
