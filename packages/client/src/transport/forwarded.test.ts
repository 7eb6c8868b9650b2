import { describe, expect, it } from 'vitest';
import type { HeaderFields } from '../core/transport.ts';
import { startServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { ForwardedMode } from './connection-options.ts';

const LEGACY = {
  'x-forwarded-for': '192.0.2.1, 2001:db8::1',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'a.b:8',
};

/** The forwarding headers that a server receives. */
async function forward(forwarded: ForwardedMode | undefined, headers: HeaderFields): Promise<Record<string, unknown>> {
  const server = await startServer((_, response) => response.end());
  await exchange(openTransport({ forwarded }), server.url, { headers });
  const received = Object.entries(server.requests[0]?.headers ?? {});
  return Object.fromEntries(received.filter(([name]) => name.includes('forwarded')));
}

describe('forwarded', () => {
  it('removes Forwarded and X-Forwarded headers by default', async () => {
    expect(await forward(undefined, { forwarded: 'for=192.0.2.1', ...LEGACY })).toEqual({});
  });

  it('carries Forwarded and X-Forwarded headers on with enable', async () => {
    const headers = { forwarded: 'for=192.0.2.1', ...LEGACY };
    expect(await forward('enable', headers)).toEqual(headers);
  });

  it('converts X-Forwarded headers to Forwarded with transition', async () => {
    expect(await forward('transition', LEGACY)).toEqual({
      forwarded: 'for=192.0.2.1;host="a.b:8";proto=https, for="[2001:db8::1]"',
    });
  });

  it('appends converted headers to an existing Forwarded header with transition', async () => {
    const headers = { forwarded: 'for=192.0.2.9', 'x-forwarded-for': '192.0.2.1:80' };
    expect(await forward('transition', headers)).toEqual({ forwarded: 'for=192.0.2.9, for="192.0.2.1:80"' });
  });

  it('adds no header to a call without forwarding headers', async () => {
    expect(await forward('transition', {})).toEqual({});
  });
});
