/**
 * Kills servers with SIGKILL at random moments while clients upload files, send uploads in parts, store completions and
 * delete files. Acknowledged objects must exist with their bytes, acknowledged deletions must hold, and after the sweep
 * every blob has an owner. The seed decides when processes are killed; SELFSAME_TEST_SEED repeats a run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { expect } from 'vitest';
import { type RequestOptions, sendRequest } from '../../../../../testing/request.ts';
import { createManualClock, systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import sweepBlobs from '../../resources/files/sweep-blobs.task.ts';
import type { Services } from '../../resources/services.ts';
import { openFileSystemBlobs } from '../../storage/blobs/file-system/file-system-blobs.ts';
import type { OpenStorage, StorageFixture } from '../../storage/sql/testing/databases.ts';
import { startServer, withInstallation, withServer } from './processes.ts';

const MAX_BYTES = 200_000;
const MIN_RUN_MS = 100;
const MAX_RUN_MS = 1500;
const DAY_MS = 86_400_000;

/** Acknowledged writes and deletions. */
interface Acknowledged {
  /** File id → hash of its bytes. */
  files: Map<string, string>;
  deleted: Set<string>;
  /** Completion id → its text. */
  completions: Map<string, string>;
}

/** Returns the number of acknowledged objects. */
export async function killObjects(open: OpenStorage, rounds: number): Promise<number> {
  const random = createRandom(announceSeed('killed servers'));
  const fixture = await open(systemClock, createIdSource(systemClock));
  const known: Acknowledged = { files: new Map(), deleted: new Set(), completions: new Map() };
  return withInstallation(fixture, async (installation) => {
    for (let round = 0; round < rounds; round += 1) {
      const { child, gone, url } = await startServer(installation);
      const writers = [writeFiles, writeUploads, writeCompletions, deleteFiles].map((write) =>
        untilGone(write, url, known),
      );
      await sleep(MIN_RUN_MS + random() * (MAX_RUN_MS - MIN_RUN_MS));
      child.kill('SIGKILL');
      await Promise.all([...writers, gone]);
    }
    await withServer(installation, (url) => checkObjects(url, known));
    await checkBlobs(fixture, join(installation.dataDir, 'blobs'));
    return known.files.size + known.deleted.size + known.completions.size;
  });
}

/** Writes objects until the server stops responding. */
async function untilGone(
  write: (url: string, known: Acknowledged) => Promise<void>,
  url: string,
  known: Acknowledged,
): Promise<void> {
  try {
    for (;;) await write(url, known);
  } catch (error) {
    // fetch throws a TypeError when a connection ends; any other error is a failure of the server or of this test.
    if (!(error instanceof TypeError) && (error as Error).name !== 'SyntaxError') throw error;
  }
}

async function ask(
  url: string,
  options: RequestOptions = {},
): Promise<{ id: string; file: { id: string } } & Record<string, unknown>> {
  const response = await sendRequest(url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}

function formOf(field: string, bytes: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append(field, new File([bytes], 'a.bin'));
  return { body: form };
}

const someBytes = () => new Uint8Array(randomBytes(1 + Math.floor(Math.random() * MAX_BYTES)));
const hashOf = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');

async function writeFiles(url: string, { files }: Acknowledged): Promise<void> {
  const bytes = someBytes();
  const { id } = await ask(`${url}/files`, formOf('file', bytes, { purpose: 'user_data' }));
  files.set(id, hashOf(bytes));
}

async function writeUploads(url: string, { files }: Acknowledged): Promise<void> {
  const parts = [someBytes(), someBytes(), someBytes()];
  const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const about = { filename: 'b.pdf', purpose: 'assistants', mime_type: 'application/pdf', bytes };
  const { id } = await ask(`${url}/uploads`, { body: about });
  const made = await Promise.all(parts.map((part) => ask(`${url}/uploads/${id}/parts`, formOf('data', part))));
  const done = await ask(`${url}/uploads/${id}/complete`, { body: { part_ids: made.map((part) => part.id) } });
  files.set(done.file.id, hashOf(...parts));
}

async function writeCompletions(url: string, { completions }: Acknowledged): Promise<void> {
  const text = `kept ${completions.size}`;
  const body = { model: 'scripted', store: true, messages: [{ role: 'user', content: text }], metadata: { text } };
  completions.set((await ask(`${url}/chat/completions`, { body })).id, text);
}

async function deleteFiles(url: string, { files, deleted }: Acknowledged): Promise<void> {
  await sleep(5);
  const [id] = [...files.keys()].slice(-1);
  if (id === undefined) {
    await ask(`${url}/files`);
    return;
  }
  // Unknown until the server acknowledges it: neither kept nor deleted.
  files.delete(id);
  await ask(`${url}/files/${id}`, { method: 'DELETE' });
  deleted.add(id);
}

async function checkObjects(url: string, { files, deleted, completions }: Acknowledged): Promise<void> {
  for (const [id, hash] of files) {
    const content = await fetch(`${url}/files/${id}/content`);
    expect([id, content.status, hashOf(new Uint8Array(await content.arrayBuffer()))]).toEqual([id, 200, hash]);
  }
  for (const id of deleted) expect([id, (await fetch(`${url}/files/${id}`)).status]).toEqual([id, 404]);
  for (const [id, text] of completions) {
    const stored = await ask(`${url}/chat/completions/${id}`);
    expect(stored).toMatchObject({ id, choices: [{ message: { content: text } }], metadata: { text } });
  }
}

/** With a clock a day ahead, the sweep keeps the blobs that have an owner, and each owner has its blob. */
async function checkBlobs({ repositories, location }: StorageFixture, folder: string): Promise<void> {
  const clock = createManualClock(Date.now() + 2 * DAY_MS);
  const blobs = await openFileSystemBlobs({ folder, now: clock.now });
  // The task uses no other services.
  const services = { repositories, blobs, clock } as Partial<Services> as Services;
  const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal: new AbortController().signal };
  const system = repositories.system();
  await sweepBlobs.run(
    null,
    { ...context, repositories: system, finish: (work) => system.transaction(work) },
    services,
  );
  const left: string[] = [];
  for await (const { key } of blobs.list()) left.push(key);
  expect(await system.files.ownedBlobs(left)).toEqual(new Set(left));
  if ('path' in location) {
    const file = new SqliteFile(location.path);
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(left.length);
    file.close();
  }
}
