import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { type BlackHole, startBlackHole } from './testing/black-hole.ts';
import { type MisbehavingUpstream, startMisbehavingUpstream } from './testing/misbehaving-upstream.ts';

/** Servers without a connection: one accepts none, one refuses them. */
describe.skipIf(process.platform !== 'linux')('an upstream without a connection', () => {
  let hole: BlackHole;
  let good: MisbehavingUpstream;
  let server: TestServer;
  beforeAll(async () => {
    [hole, good] = await Promise.all([startBlackHole(), startMisbehavingUpstream()]);
    const refusing = 'http://127.0.0.1:1/v1';
    const settings = (name: string, urls: string[]) => {
      const models = [{ id: name, upstreamId: 'far' }];
      return { name, urls, models, connectTimeoutMs: 100, headersTimeoutMs: 15_000, healthIntervalMs: 60_000 };
    };
    const upstreams = [
      settings('hung', [hole.url]),
      settings('refused', [refusing]),
      settings('pair', [hole.url, good.url]),
    ];
    server = await startTestServer({ scripted: 'false', upstreams: JSON.stringify(upstreams) });
  });
  afterAll(async () => {
    await server.close();
    await Promise.all([hole.close(), good.close()]);
  });

  const ask = async (model: string) => {
    const response = await server.post('/v1/chat/completions', chatBody('Hi', { model }));
    const { error } = (await response.json()) as { error?: { code: string } };
    return [response.status, error?.code];
  };
  const scrape = async () => (await fetch(`${server.url}/metrics`)).text();

  it('returns an error after the connect timeout, long before the answer timeout', async () => {
    const since = performance.now();
    expect(await ask('hung')).toEqual([504, 'upstream_timeout']);
    expect(performance.now() - since).toBeLessThan(10_000);
  });

  it('sends the request to another replica if one cannot be connected to', async () => {
    for (let i = 0; i < 4; i += 1) expect(await ask('pair')).toEqual([200, undefined]);
  });

  it('counts failed connections and reports the replica as down', async () => {
    expect(await ask('refused')).toEqual([503, 'upstream_unavailable']);
    const text = await scrape();
    expect(text).toContain('selfsame_upstream_failures_total{upstream="refused",replica="1",kind="connect"} 1');
    expect(text).toMatch(/selfsame_upstream_failures_total\{upstream="hung",replica="1",kind="connect"\} [1-9]/);
    expect(text).toContain('selfsame_upstream_failures_total{upstream="pair",replica="2",kind="connect"} 0');
    expect(text).toContain('selfsame_upstream_up{upstream="hung",replica="1"} 0');
    expect(text).toContain('selfsame_upstream_up{upstream="pair",replica="2"} 1');
    expect(text).toContain('selfsame_upstream_waiting_requests{upstream="pair",replica="2"} 0');
  });
});
