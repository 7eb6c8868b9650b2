import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import type { Services } from '../services.ts';
import { putContainerFile, withBlob } from './copy-files.ts';
import expire from './expire.task.ts';

const MINUTE_MS = 60_000;
const { signal } = new AbortController();

let folder: string;
let clock: ManualClock;
let fixture: SqliteFixture;
let services: Services;
let ended: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-containers-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  ended = [];
  const interpreters = { end: async (id: string) => void ended.push(id) };
  const { repositories } = fixture;
  const blobs = await openFileSystemBlobs({ folder, now: clock.now });
  const limits = { projectFileBytes: 1000 };
  // The task needs no model.
  services = { repositories, blobs, clock, ids, limits, interpreters } as unknown as Services;
});

afterEach(async () => {
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

it('deletes the files of an expired container with their bytes, and ends its interpreter', async () => {
  const system = fixture.repositories.system();
  const { projectId } = await system.installation.retrieve();
  const scope = fixture.repositories.forProject(projectId);
  const create = async (name: string, idleMinutes: number) => {
    const id = services.ids('cntr_');
    await scope.containers.create({ id, name, memoryLimit: '1g', idleMinutes, createdAt: clock.now() });
    const content = async function* () {
      yield Buffer.from('abc');
    };
    const file = { path: '/mnt/data/a', source: 'user' as const, originFileId: null };
    await withBlob({ services, scope, signal }, content(), (blob) =>
      putContainerFile({ services, scope }, id, { ...file, blob }),
    );
    return id;
  };
  const short = await create('short', 1);
  const long = await create('long', 2);
  const context = { signal, repositories: system } as unknown as Parameters<typeof expire.run>[1];
  const sweep = () => expire.run(null, context, services);
  expect(await sweep()).toBe(0);
  clock.advance(MINUTE_MS);
  expect(await sweep()).toBe(1);
  expect(ended).toEqual([short]);
  expect((await scope.containers.retrieve(short))?.status).toBe('expired');
  expect(await Array.fromAsync(services.blobs.list())).toHaveLength(1);
  expect((await scope.containers.listFiles(long, { limit: 10 })).records).toHaveLength(1);
  expect(await sweep()).toBe(0);
});
