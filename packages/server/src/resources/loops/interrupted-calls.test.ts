import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openResponses } from '../../start/testing/open-responses.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import type { ServerTool } from '../../tools/tool.ts';

const PATIENT = { timeout: 20_000, interval: 20 };

let started: string[];
let folder: string;
let fixture: SqliteFixture;
let responses: Awaited<ReturnType<typeof openResponses>>;
let pool: ReturnType<typeof responses.startPool>;

/** Its calls end only with their worker. */
const endless = (own: Pick<ServerTool, 'interrupt'>): ServerTool => ({
  type: 'file_search',
  functions: () => [{ name: 'f', description: 'f', parameters: {}, own: { type: 'file_search', details: {} } }],
  run(call, { signal }) {
    started.push(call.id);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  },
  ...own,
});

async function open(tool: ServerTool) {
  const clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  responses = await openResponses({ repositories: fixture.repositories, clock, ids, folder, tools: [tool] });
  pool = responses.startPool();
}

beforeEach(async () => {
  started = [];
  folder = await mkdtemp(join(tmpdir(), 'selfsame-interrupted-'));
});

afterEach(async () => {
  await pool.stop(0);
  await responses.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const CALL = `@script ${JSON.stringify({ calls: [{ name: 'f', arguments: {} }] })}\nask`;
const TOOLS = [{ type: 'file_search', vector_store_ids: ['vs_1'] }];

/** The worker is lost while it runs the call, and another one restarts the response. */
async function loseWorker(): Promise<string> {
  const { id } = await responses.create(CALL, { tools: TOOLS });
  await expect.poll(() => started.length, PATIENT).toBe(1);
  await pool.stop(0);
  pool = responses.startPool();
  return id;
}

it('a call with effects that a lost worker ran is reported to the model, and is not run again', async () => {
  await open(endless({ interrupt: (call) => ({ ...call, output: 'The call was interrupted.' }) }));
  const id = await loseWorker();
  const events = await responses.tail(id);
  expect(events.at(-1)?.type).toBe('response.completed');
  expect(started).toHaveLength(1);
  expect(await responses.output(id)).toMatchObject([
    { type: 'file_search_call', status: 'completed' },
    { type: 'message', content: [{ text: 'The call was interrupted.' }] },
  ]);
  const added = events.filter(({ type }) => type === 'response.output_item.added');
  expect(added.map((event) => event['output_index'])).toEqual([0, 1]);
}, 30_000);

it('a call without effects that a lost worker ran is run again', async () => {
  await open(endless({}));
  await loseWorker();
  await expect.poll(() => started.length, PATIENT).toBe(2);
}, 30_000);
