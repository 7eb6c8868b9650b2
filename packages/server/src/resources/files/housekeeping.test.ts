import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import type { BlobStorage } from '../../storage/blobs/blob-storage.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import type { Services } from '../services.ts';
import { createFile } from './create-file.ts';
import expire from './expire.task.ts';
import sweepBlobs from './sweep-blobs.task.ts';

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;

let folder: string;
let clock: ManualClock;
let fixture: SqliteFixture;
let repositories: Repositories;
let blobs: BlobStorage;
let services: Services;
let projectId: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-housekeeping-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  repositories = fixture.repositories;
  blobs = await openFileSystemBlobs({ folder, now: clock.now });
  projectId = (await repositories.system().installation.retrieve()).projectId;
  // The tasks need no model.
  services = { repositories, blobs, clock, ids, limits: { projectFileBytes: 1000 } } as unknown as Services;
});

afterEach(async () => {
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

async function writeBlob(text: string) {
  return blobs.write(
    services.ids('blob_'),
    (async function* () {
      yield Buffer.from(text);
    })(),
    NEVER,
  );
}

const keep = async (lifetimeSeconds?: number) =>
  createFile(services, projectId, {
    filename: 'a',
    purpose: 'assistants',
    contentType: 'text/plain',
    blobs: [await writeBlob('abc')],
    lifetimeSeconds,
  });

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of blobs.list()) found.push(key);
  return found;
}

/** Returns the number of removed objects. */
function run(task: typeof expire): Promise<unknown> {
  const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal: NEVER, repositories: repositories.system() };
  return task.run(null, { ...context, finish: (work) => repositories.system().transaction(work) }, services);
}

describe('housekeeping of files', () => {
  it('deletes expired files with their bytes and keeps the others', async () => {
    const short = await keep(3600);
    const long = await keep(7200);
    const forever = await keep();
    await run(expire);
    expect(await keys()).toHaveLength(3);
    clock.advance(HOUR_MS);
    expect(await run(expire)).toBe(1);
    const { files } = repositories.forProject(projectId);
    expect((await files.list({ limit: 10 })).records.map(({ id }) => id)).toEqual([long.id, forever.id]);
    expect(await files.delete(short.id)).toBeUndefined();
    expect(await keys()).toHaveLength(2);
  });

  it('expires uploads after an hour and deletes their parts', async () => {
    const { uploads } = repositories.forProject(projectId);
    const upload = {
      id: services.ids('upload_'),
      filename: 'a',
      purpose: 'assistants',
      contentType: 'text/plain',
      bytes: 3,
      fileLifetimeSeconds: null,
      createdAt: clock.now(),
      expiresAt: clock.now() + HOUR_MS,
    };
    await uploads.create(upload);
    const blob = await writeBlob('abc');
    await uploads.addPart({ id: services.ids('part_'), uploadId: upload.id, createdAt: clock.now(), blob });
    await run(expire);
    expect(await keys()).toEqual([blob.key]);
    clock.advance(HOUR_MS);
    expect(await run(expire)).toBe(1);
    expect(await keys()).toEqual([]);
    expect(await uploads.retrieve(upload.id)).toMatchObject({ status: 'expired' });
  });

  it('deletes bytes without a record after a day and never those of a file', async () => {
    await writeBlob('orphan');
    const file = await keep();
    expect(await run(sweepBlobs)).toBe(0);
    expect(await keys()).toHaveLength(2);
    clock.advance(24 * HOUR_MS + 1000);
    expect(await run(sweepBlobs)).toBe(1);
    const [blob] = await repositories.forProject(projectId).files.listBlobs(file.id);
    expect(await keys()).toEqual([blob?.key]);
  });
});
