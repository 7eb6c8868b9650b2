import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../../jobs/worker-pool.ts';
import { createManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { createOutbound, type Outbound } from '../../../outbound/outbound.ts';
import { openResponses } from '../../../start/testing/open-responses.ts';
import { openSqliteFixture, type SqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';
import { createMcp } from '../../../tools/mcp/mcp.ts';
import { listen, type RunningServer } from '../../../tools/mcp/testing/mcp-servers.ts';

const PATIENT = { timeout: 5_000, interval: 10 };

let folder: string;
let fixture: SqliteFixture;
let outbound: Outbound;
let responses: Awaited<ReturnType<typeof openResponses>>;
let pool: WorkerPool;
let server: RunningServer;
let listener: RequestListener;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-responses-'));
  const clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  outbound = createOutbound({ privateHosts: ['127.0.0.1'] });
  const { repositories } = fixture;
  responses = await openResponses({ repositories, clock, ids, folder, tools: [createMcp({ outbound })] });
  pool = responses.startPool();
  server = await listen(createServer((incoming, outgoing) => listener(incoming, outgoing)));
});
afterEach(async () => {
  await pool.stop(0);
  await server.close();
  await outbound.close();
  await responses.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const request = () => ({
  tools: [
    {
      type: 'mcp',
      server_label: 'remote',
      server_url: `${server.url}?key=a-secret`,
      authorization: 'a-secret',
      headers: { 'x-key': 'a-secret' },
    },
  ],
});
const retrieve = (id: string) => responses.repositories.responses.retrieve(id);

describe('the remote tools of a response', () => {
  it('removes the secrets of MCP servers from the database when the response ends', async () => {
    const received: (string | undefined)[] = [];
    listener = (incoming, outgoing) => {
      received.push(incoming.headers.authorization);
      outgoing.writeHead(500).end();
    };
    const { id } = await responses.create('hello', request());
    await expect.poll(async () => (await retrieve(id))?.status, PATIENT).toBe('completed');
    expect(received).toContain('Bearer a-secret');
    expect(JSON.stringify(await retrieve(id))).not.toContain('a-secret');
    expect(JSON.stringify(await responses.output(id))).not.toContain('a-secret');
  });

  it('stops a response that is cancelled while an MCP server does not answer', async () => {
    let isAsked = false;
    listener = () => {
      isAsked = true;
    };
    const { id } = await responses.create('hello', request());
    await expect.poll(() => isAsked, PATIENT).toBe(true);
    await responses.cancel(id);
    await expect.poll(async () => (await retrieve(id))?.status, PATIENT).toBe('cancelled');
    expect(JSON.stringify(await retrieve(id))).not.toContain('a-secret');
  });
});
