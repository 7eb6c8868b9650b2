/**
 * For tests: kills processes that ingest files with SIGKILL at random moments, round after round. Afterwards every file
 * is completed, and each of its chunks, vectors and words exists once. The seed is printed; SELFSAME_TEST_SEED repeats
 * a run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { expect } from 'vitest';
import { systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { announceSeed, createRandom } from '../../../lib/testing/random.ts';
import type { OpenStorage, StorageFixture } from '../../../storage/sql/testing/databases.ts';
import { runOnPostgres } from '../../../storage/sql/testing/postgres-fixture.ts';
import { openReader } from './open-reader.ts';

const PROGRAM = join(import.meta.dirname, 'reader-process.ts');
const FILES_PER_ROUND = 6;
const MAX_LIFE_MS = 1500;
const LEASE_MS = 400;
const START_MS = 60_000;
const DRAIN_MS = 60_000;
const CHUNKING = { type: 'static', static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 } } as const;

/** Slow to embed, so that most kills interrupt the work. */
const textOf = (file: number) =>
  `@script {"startDelayMs":250}\n${Array.from(
    { length: 60 },
    (_, i) => `Sentence ${i} of file ${file} says word${file}x${i} and nothing more.\n`,
  ).join('')}`;

async function killOnce(options: object, random: () => number): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  try {
    await expect.poll(() => output, { interval: 5, timeout: START_MS }).toContain('started');
    await sleep(random() * MAX_LIFE_MS);
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}

/** Number of jobs that a worker had claimed when it was killed. */
async function countRunning({ location }: StorageFixture): Promise<number> {
  const count = "select count(*) as jobs from jobs where status = 'running'";
  if ('url' in location) return Number((await runOnPostgres(location.url, count))[0]?.['jobs']);
  const file = new SqliteFile(location.path);
  const row = file.prepare(count).get() as { jobs: number };
  file.close();
  return row.jobs;
}

/** Number of rows of each search table and of jobs. */
async function countRows({ location }: StorageFixture): Promise<Record<string, number>> {
  const tables = [
    'text_chunks',
    'text_chunk_vectors',
    'text_postings',
    'text_terms',
    'vector_store_file_attributes',
    'jobs',
  ];
  const count = `select ${tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`;
  if ('url' in location) {
    const [row = {}] = await runOnPostgres(location.url, count);
    return Object.fromEntries(Object.entries(row).map(([table, rows]) => [table, Number(rows)]));
  }
  const file = new SqliteFile(location.path);
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  const row = file.prepare(count).get() as Record<string, number>;
  file.close();
  return row;
}

export async function killRounds(open: OpenStorage, rounds: number): Promise<void> {
  const random = createRandom(announceSeed('vector store kill rounds'));
  const ids = createIdSource(systemClock);
  const fixture = await open(systemClock, ids);
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-ingest-'));
  const reader = await openReader({ repositories: fixture.repositories, ids, folder });
  try {
    const { vectorStores, vectorStoreFiles, transaction } = reader.scope;
    const storeId = await reader.makeStore();
    const files: string[] = [];
    let interrupted = 0;
    // Continues until a kill has interrupted a job; otherwise the test would prove nothing.
    for (let i = 0; i < rounds || interrupted === 0; i += 1) {
      for (let n = 0; n < FILES_PER_ROUND; n += 1) {
        files.push(await reader.put(storeId, textOf(files.length), { chunking: CHUNKING, attributes: { n } }));
      }
      await killOnce({ location: fixture.location, folder, leaseMs: LEASE_MS }, random);
      interrupted += await countRunning(fixture);
    }
    const pool = reader.startPool({ leaseMs: LEASE_MS });
    const completed = async () => (await vectorStores.retrieve(storeId))?.fileCounts.completed;
    await expect.poll(completed, { timeout: DRAIN_MS, interval: 50 }).toBe(files.length);
    await pool.stop(1000);
    let chunks = 0;
    let words = 0;
    for (const [index, id] of files.entries()) {
      const stored = await vectorStoreFiles.listChunks({ storeId, id });
      expect(new Set(stored.map(({ start }) => start)).size).toBe(stored.length);
      expect(stored.at(-1)?.end).toBe(textOf(index).length);
      chunks += stored.length;
      words += (await vectorStores.search({ storeId, terms: [`word${index}x30`], limit: 10 })).length;
    }
    // The last word of a chunk may also be in the next one, because chunks overlap.
    expect(words).toBeGreaterThanOrEqual(files.length);
    const rows = await countRows(fixture);
    expect(rows).toMatchObject({ text_chunks: chunks, text_chunk_vectors: chunks, jobs: 0 });
    await transaction((tx) => tx.vectorStores.delete(storeId));
    expect(new Set(Object.values(await countRows(fixture)))).toEqual(new Set([0]));
  } finally {
    await reader.close();
    await fixture.dispose();
    await rm(folder, { recursive: true });
  }
}
