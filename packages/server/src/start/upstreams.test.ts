import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamSettings } from '../config/upstreams.ts';
import { openUpstreams, type UpstreamSupply } from '../models/supply/upstream-models.ts';
import { connectUpstream } from './connect-upstream.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Lists these ids, which may change; undefined = requests fail. */
async function startLister(state: { ids: readonly string[] | undefined }, port = 0): Promise<number> {
  const server: Server = createServer((_request, response) => {
    if (state.ids === undefined) response.statusCode = 500;
    const data = (state.ids ?? []).map((id) => ({ id, object: 'model', created: 1_700_000_000, max_model_len: 4096 }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const settings = (ports: readonly number[], more: Partial<UpstreamSettings> = {}): UpstreamSettings => ({
  name: 'gpus',
  urls: ports.map((port) => `http://127.0.0.1:${port}/v1`),
  type: 'vllm',
  models: 'all',
  connectTimeoutMs: 500,
  headersTimeoutMs: 500,
  idleTimeoutMs: 500,
  healthIntervalMs: 20,
  ...more,
});

async function open(
  all: readonly UpstreamSettings[],
): Promise<{ supply: UpstreamSupply; changes: () => number; log: string[] }> {
  let changes = 0;
  const log: string[] = [];
  const write = (_fields: object, message: string) => void log.push(message);
  const supply = await openUpstreams(all, {
    connect: (each, onListChange) => connectUpstream(each, { log: { info: write, warn: write }, onListChange }),
    onChange: () => {
      changes += 1;
    },
  });
  ends.push(() => supply.close());
  return { supply, changes: () => changes, log };
}

const idsOf = (supply: UpstreamSupply) => supply.models().map(({ id, kind }) => `${kind} ${id}`);

describe('openUpstreams', () => {
  it('offers the chat and embedding models that an upstream lists, and labels guessed kinds', async () => {
    const { supply } = await open([settings([await startLister({ ids: ['qwen', 'bge-m3', 'gpt-image-1'] })])]);
    expect(supply.models()).toMatchObject([
      { id: 'qwen', kind: 'chat', ownedBy: 'gpus', createdAt: 1_700_000_000, builtIn: false },
      {
        id: 'bge-m3',
        kind: 'embedding',
        label: "'bge-m3' at the upstream 'gpus' (vLLM); taken for an embedding model by its name",
      },
    ]);
    const [model] = supply.models();
    if (model?.kind !== 'chat') throw new Error('unreachable');
    expect((await model.open()).capabilities.contextTokens).toBe(4096);
  });

  it('removes a model that no replica lists any more and keeps the registered models of others', async () => {
    const [one, two] = [{ ids: ['a', 'b'] as string[] | undefined }, { ids: ['b', 'c'] as string[] | undefined }];
    const { supply, changes } = await open([settings([await startLister(one), await startLister(two)])]);
    expect(idsOf(supply)).toEqual(['chat a', 'chat b', 'chat c']);
    const kept = supply.models()[1];
    one.ids = ['b'];
    await expect.poll(changes).toBe(1);
    expect(idsOf(supply)).toEqual(['chat b', 'chat c']);
    expect(supply.models()[0]).toBe(kept);
    // A failing replica does not remove models.
    two.ids = undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(idsOf(supply)).toEqual(['chat b', 'chat c']);
    expect(changes()).toBe(1);
  });

  it('starts without an unreachable upstream, logs it, and offers its models when it responds', async () => {
    const port = await startLister({ ids: [] });
    await ends.pop()?.();
    const named = settings([port], {
      name: 'named',
      models: [{ id: 'mine', upstreamId: 'theirs', kind: 'embedding' }],
    });
    const { supply, log } = await open([settings([port]), named]);
    expect(idsOf(supply)).toEqual(['embedding mine']);
    expect(supply.unknown()).toEqual(['gpus']);
    expect(log).toContain('upstream: a replica is out of order');
    await startLister({ ids: ['late'] }, port);
    await expect.poll(() => idsOf(supply)).toEqual(['chat late', 'embedding mine']);
    expect(supply.unknown()).toEqual([]);
    expect(log).toContain('upstream: a replica answers again');
  });
});
