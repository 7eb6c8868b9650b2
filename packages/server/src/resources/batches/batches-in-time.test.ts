import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import type { LanguageModel } from '../../engines/language-model.ts';
import { createModelRegistry } from '../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { createEventLog } from '../../events/event-log.ts';
import { createWorkerPool, type WorkerPool } from '../../jobs/worker-pool.ts';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { createPipeline } from '../../start/pipeline.ts';
import { loadTasks } from '../../start/tasks.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { loopbackPrincipal, type Principal } from '../../tenancy/principal.ts';
import { keepFile } from '../files/keep-file.ts';
import { readParts } from '../files/read-parts.ts';
import type { Services } from '../services.ts';
import expire from './expire.task.ts';

const NEVER = new AbortController().signal;
const DAY_MS = 86_400_000;

/** Refuses as many requests as it is told, as an engine does whose line is full, and tells how it was called. */
function createBusyModel() {
  const inner = createScriptedLanguageModel();
  const seen: { priority: string; atOnce: number }[] = [];
  let running = 0;
  let refusals = 0;
  const model: LanguageModel = {
    ...inner,
    modelId: 'busy',
    async *doGenerate(request, options) {
      if (refusals > 0) {
        refusals -= 1;
        throw errors.engineOverloaded(256);
      }
      running += 1;
      seen.push({ priority: options.priority, atOnce: running });
      try {
        yield* inner.doGenerate(request, options);
      } finally {
        running -= 1;
      }
    },
  };
  const refuse = (count: number) => {
    refusals = count;
  };
  return { model, seen, refuse };
}

let folder: string;
let fixture: SqliteFixture;
let clock: ManualClock;
let services: Services;
let principal: Principal;
let busy: ReturnType<typeof createBusyModel>;
let pool: WorkerPool;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-batches-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  const { repositories } = fixture;
  busy = createBusyModel();
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const facts = { id: 'busy', createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  await models.replace([{ ...facts, kind: 'chat', open: async () => busy.model }]);
  const { config } = loadConfig({ dataDir: folder, checkResponses: 'true' }, {});
  const blobs = await openFileSystemBlobs({ folder: join(folder, 'blobs'), now: clock.now });
  const doors = { models, clock, ids, repositories, events: createEventLog(repositories), blobs, limits: config };
  const nobody = { firstEvent: () => undefined, end: () => undefined };
  const log = pino({ level: 'silent' });
  services = (await createPipeline(doors, { config, log, observe: () => nobody })).services;
  principal = await loopbackPrincipal(repositories);
  const tasks = (await loadTasks()).filter(({ name }) => name.startsWith('batches.'));
  // What runs by itself is called by the tests, at their own time.
  const asked = tasks.filter(({ everyMs }) => everyMs === undefined);
  pool = createWorkerPool({ repositories, tasks: asked, services, ids });
  pool.start();
});

afterEach(async () => {
  await pool.stop(0);
  await services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

async function begin(contents: readonly string[]): Promise<string> {
  const url = '/v1/chat/completions';
  const lines = contents.map((content, i) => {
    const body = { model: 'busy', messages: [{ role: 'user', content }] };
    return `${JSON.stringify({ custom_id: `r${i}`, method: 'POST', url, body })}\n`;
  });
  async function* bytes() {
    yield Buffer.from(lines.join(''));
  }
  const blob = await services.blobs.write(services.ids('blob_'), bytes(), NEVER);
  const about = { filename: 'in.jsonl', purpose: 'batch', contentType: 'application/jsonl', blobs: [blob] };
  const file = await keepFile(services, principal.projectId, about);
  const body = { input_file_id: file.id, endpoint: url, completion_window: '24h' };
  const caller = { requestId: 'req_1', principal, signal: NEVER, priority: 'online' } as const;
  const made = await services.invoke('batches.create', { params: {}, query: {}, body }, caller);
  if (made.kind !== 'object') throw new Error('expected a batch');
  return (made.value as { id: string }).id;
}

const room = () => fixture.repositories.forProject(principal.projectId);
const find = async (id: string) => room().batches.retrieve(id);

async function read(
  fileId: string | null | undefined,
): Promise<{ custom_id: string; error: { code: string } | null }[]> {
  const file = await room().files.retrieve(fileId ?? '');
  const parts: Uint8Array[] = [];
  const range = { start: 0, length: file?.bytes ?? 0 };
  for await (const part of readParts(services.blobs, await room().files.listBlobs(file?.id ?? ''), range))
    parts.push(part);
  return Buffer.concat(parts)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const runExpiry = () => {
  const rooms = fixture.repositories.system();
  const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal: NEVER, repositories: rooms };
  return expire.run(null, { ...context, finish: (work) => rooms.transaction(work) }, services);
};

describe('batches in time', () => {
  it('waits while an engine is overloaded instead of failing lines, at batch priority, one place left free', async () => {
    busy.refuse(3);
    const id = await begin(Array.from({ length: 40 }, (_, i) => `@script {"startDelayMs":2}\nhello ${i}`));
    await expect.poll(async () => (await find(id))?.status, { timeout: 15_000 }).toBe('completed');
    expect(await find(id)).toMatchObject({ total: 40, completed: 40, failed: 0 });
    expect(new Set(busy.seen.map(({ priority }) => priority))).toEqual(new Set(['batch']));
    const most = busy.model.capabilities.parallelRequests - 1;
    expect(Math.max(...busy.seen.map(({ atOnce }) => atOnce))).toBe(most);
  });

  it('expires after a day, keeps what is answered and names what is not', async () => {
    const id = await begin(['quick', ...Array.from({ length: 20 }, () => '@script {"startDelayMs":60000}\nslow')]);
    await expect.poll(async () => (await find(id))?.completed, { timeout: 15_000 }).toBe(1);
    clock.advance(DAY_MS - 1);
    await runExpiry();
    expect((await find(id))?.status).toBe('in_progress');
    clock.advance(1);
    await runExpiry();
    await expect.poll(async () => (await find(id))?.status, { timeout: 15_000 }).toBe('expired');
    const batch = await find(id);
    expect(batch).toMatchObject({ completed: 1, failed: 20, expiredAt: clock.now(), finalizingAt: clock.now() });
    expect(await read(batch?.outputFileId)).toMatchObject([{ custom_id: 'r0' }]);
    const lost = await read(batch?.errorFileId);
    expect(lost.map(({ custom_id, error }) => [custom_id, error?.code])).toEqual(
      Array.from({ length: 20 }, (_, i) => [`r${i + 1}`, 'batch_expired']),
    );
    // The running requests were told: none of them takes its minute.
    await expect.poll(() => pool.running, { timeout: 15_000 }).toBe(0);
  });

  it('makes way after its turn, and comes back for the rest', async () => {
    const id = await begin(Array.from({ length: 60 }, (_, i) => `@script {"startDelayMs":5}\nhello ${i}`));
    await expect.poll(async () => (await find(id))?.completed, { timeout: 15_000 }).toBeGreaterThan(0);
    const jobId = (await find(id))?.jobId ?? '';
    clock.advance(120_000);
    await expect.poll(async () => room().jobs.retrieve(jobId), { timeout: 15_000 }).toBeUndefined();
    await expect.poll(async () => (await find(id))?.status, { timeout: 15_000 }).toBe('completed');
    expect(await find(id)).toMatchObject({ completed: 60, failed: 0 });
  });

  it('stops within its grace when the process does, and another process goes on', async () => {
    const id = await begin(Array.from({ length: 60 }, (_, i) => `@script {"startDelayMs":5}\nhello ${i}`));
    await expect.poll(async () => (await find(id))?.completed, { timeout: 15_000 }).toBeGreaterThan(0);
    await pool.stop(0);
    const before = await find(id);
    expect(before?.status).toBe('in_progress');
    const { repositories } = fixture;
    const tasks = (await loadTasks()).filter(({ name }) => name === 'batches.run' || name === 'batches.finish');
    pool = createWorkerPool({ repositories, tasks, services, ids: services.ids });
    pool.start();
    await expect.poll(async () => (await find(id))?.status, { timeout: 15_000 }).toBe('completed');
    const output = await read((await find(id))?.outputFileId);
    expect(output.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: 60 }, (_, i) => `r${i}`));
  });
});
