import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock, systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { toUnitVector } from '../../../lib/unit-vector.ts';
import type { ProjectRepositories, Repositories } from '../../repositories/repositories.ts';
import type { AttributeFilter } from '../../repositories/vector-stores.ts';
import { createUsearchIndex } from '../../vector-index/usearch/usearch-index.ts';
import type { VectorIndex } from '../../vector-index/vector-index.ts';
import { openPostgresDatabase } from '../dialects/postgres/open-postgres-database.ts';
import { openSqliteDatabase } from '../dialects/sqlite/open-sqlite-database.ts';
import { sqlRepositories } from '../sql-repositories.ts';
import { describeDatabases, type OpenStorage, type StorageFixture } from '../testing/databases.ts';
import { type Acceleration, createChunkIndex } from './chunk-index.ts';

const DIMENSIONS = 16;
const PER_FILE = 20;
const FILES = 8;
const MIN_VECTORS = 100;
const NOTHING = { chunks: [], embeddingModel: 'tiny' };

const vectorOf = (i: number) =>
  toUnitVector(Array.from({ length: DIMENSIONS }, (_, d) => Math.sin((i + 1) * (d + 1) * 0.37) + d / 10));

const chunkOf = (i: number) => {
  const span = { page: null, start: i, end: i + 1 };
  return { text: `${i}`, ...span, vectors: [vectorOf(i)], terms: new Map([['word', 1]]) };
};

describeDatabases('large stores', describeLargeStores, { pgvector: true });

function describeLargeStores(open: OpenStorage): void {
  const ids = createIdSource(systemClock);
  const opened: Repositories[] = [];
  const clock = createManualClock(Date.now());
  let fixture: StorageFixture;
  let folder: string;
  let plain: ReturnType<Repositories['forProject']>;
  let storeId: string;
  let projectId: string;
  let searched: number;
  let put: number;

  /** Counts the calls of the index, and can make it lose everything. */
  function watched() {
    const inner = createUsearchIndex();
    const index: VectorIndex = {
      ...inner,
      async nearest(store, vector, count) {
        searched += 1;
        return inner.nearest(store, vector, count);
      },
      async add(store, keys, vectors) {
        put += keys.length;
        await inner.add(store, keys, vectors);
      },
    };
    const size = async (store = storeId) => (await inner.nearest(store, vectorOf(0), 1e6))?.length;
    return { index, size, lose: () => inner.drop(storeId) };
  }

  async function openLarge(options: Partial<Acceleration> = {}) {
    const { location } = fixture;
    const { index, size, lose } = watched();
    const database =
      'path' in location ? await openSqliteDatabase(location.path) : await openPostgresDatabase(location.url);
    const acceleration = { index, limitBytes: 2 ** 30, minVectors: MIN_VECTORS, ...options };
    const search = createChunkIndex(database, { clock, acceleration });
    const repositories = sqlRepositories(database, { clock: systemClock, ids, search });
    opened.push(repositories);
    const { vectorStores } = repositories.forProject(projectId);
    const settle = () => search.settle();
    const find = (i: number, filter?: AttributeFilter) =>
      vectorStores.nearest({ storeId, vector: vectorOf(i), filter, limit: 10 });
    return { find, settle, size, lose, close: () => repositories.close() };
  }

  /** The result of a full scan. */
  const exact = (i: number, filter?: AttributeFilter) =>
    plain.vectorStores.nearest({ storeId, vector: vectorOf(i), filter, limit: 10 });

  async function createStore(): Promise<void> {
    storeId = ids('vs_');
    const times = { createdAt: 1, lastActiveAt: 1, expiresAt: null, expiresAfterDays: null };
    await plain.vectorStores.create({ id: storeId, name: '', description: null, metadata: {}, ...times });
  }

  const putFiles = () =>
    plain.transaction(async (tx) => {
      for (let number = 0; number < FILES; number += 1) await putFile(number, tx);
    });

  async function putFile(number: number, tx: Pick<ProjectRepositories, 'vectorStoreFiles'> = plain): Promise<void> {
    const ref = { storeId, id: `file-${number}` };
    const attributes = { number, odd: number % 2 === 1 };
    const record = { ...ref, batchId: null, jobId: 'job', attributes, createdAt: number };
    await tx.vectorStoreFiles.create({ ...record, chunkTokens: 100, overlapTokens: 0 });
    const chunks = Array.from({ length: PER_FILE }, (_, i) => chunkOf(number * PER_FILE + i));
    await tx.vectorStoreFiles.complete(ref, 'job', { ...NOTHING, chunks });
  }

  beforeEach(async () => {
    fixture = await open(systemClock, ids);
    folder = mkdtempSync(join(tmpdir(), 'selfsame-accelerator-'));
    ({ projectId } = await fixture.repositories.system().installation.retrieve());
    plain = fixture.repositories.forProject(projectId);
    [searched, put] = [0, 0];
    await createStore();
    await putFiles();
  });
  afterEach(async () => {
    for (const repositories of opened.splice(0)) await repositories.close();
    await fixture.dispose();
    rmSync(folder, { recursive: true });
  });

  it('searches large stores as exactly as small ones, before and after indexing, with every filter', async () => {
    const { find, settle } = await openLarge();
    expect(await find(3.5)).toEqual(await exact(3.5));
    await settle();
    expect(put).toBe(FILES * PER_FILE);
    const filters: (AttributeFilter | undefined)[] = [
      undefined,
      { type: 'eq', key: 'odd', value: true },
      { type: 'eq', key: 'number', value: 4 },
      { type: 'ne', key: 'number', value: 4 },
      { type: 'gt', key: 'number', value: 99 },
    ];
    for (const filter of filters) {
      const before = searched;
      expect(await find(77.3, filter), JSON.stringify(filter)).toEqual(await exact(77.3, filter));
      expect(searched).toBeGreaterThan(before);
    }
  });

  it('shows files that another process adds and removes at once, and the index follows', async () => {
    const { find, settle, size } = await openLarge();
    await find(0);
    await settle();
    await plain.vectorStoreFiles.delete({ storeId, id: 'file-3' });
    await putFile(FILES);
    const near = [3.2 * PER_FILE, (FILES + 0.4) * PER_FILE];
    for (const i of near) expect(await find(i)).toEqual(await exact(i));
    await settle();
    expect(put).toBe((FILES + 1) * PER_FILE);
    expect(await size()).toBe(FILES * PER_FILE);
    // The key of the last file is reused for other vectors.
    await plain.vectorStoreFiles.delete({ storeId, id: `file-${FILES}` });
    await putFile(FILES + 1);
    await find(0);
    await settle();
    for (const i of [...near, (FILES + 1.5) * PER_FILE]) expect(await find(i)).toEqual(await exact(i));
    expect(await size()).toBe(FILES * PER_FILE);
  });

  it('keeps searching large stores when the index is lost, exceeds its memory or cannot be built', async () => {
    const { find, settle, lose } = await openLarge();
    await find(0);
    await settle();
    await lose();
    expect(await find(9.1)).toEqual(await exact(9.1));
    await find(9.1);
    await settle();
    expect(put).toBe(2 * FILES * PER_FILE);
    const small = await openLarge({ limitBytes: 40_000 });
    await small.find(0);
    await small.settle();
    expect(await small.find(9.1)).toEqual(await exact(9.1));
    expect(put).toBeLessThan(3 * FILES * PER_FILE);
    const errors: unknown[] = [];
    const { index } = watched();
    const add = () => Promise.reject(new Error('no'));
    const broken = await openLarge({ index: { ...index, add }, onError: (error) => errors.push(error) });
    await broken.find(0);
    await broken.settle();
    expect(await broken.find(9.1)).toEqual(await exact(9.1));
    expect(String(errors)).toContain(storeId);
  });

  it('evicts the index of a store that was not searched for a minute in favour of another one', async () => {
    const { find, settle, size } = await openLarge({ limitBytes: 100_000 });
    await find(0);
    await settle();
    const first = storeId;
    await createStore();
    await putFiles();
    await find(0);
    await settle();
    // As much of it as fits the memory limit.
    expect([await size(first), await size()]).toEqual([FILES * PER_FILE, 80]);
    clock.advance(61_000);
    await find(0);
    await settle();
    expect([await size(first), await size()]).toEqual([undefined, FILES * PER_FILE]);
    expect(await find(9.1)).toEqual(await exact(9.1));
  });

  it('reuses the saved index of a store in a new process, and rebuilds it when its file is damaged', async () => {
    const first = await openLarge({ folder });
    await first.find(0);
    await first.settle();
    await first.close();
    await plain.vectorStoreFiles.delete({ storeId, id: 'file-5' });
    const second = await openLarge({ folder });
    await second.find(0);
    await second.settle();
    expect(put).toBe(FILES * PER_FILE);
    expect(await second.find(5.5 * PER_FILE)).toEqual(await exact(5.5 * PER_FILE));
    await second.close();
    const file = readdirSync(folder).find((name) => name.endsWith('.index'));
    writeFileSync(join(folder, file ?? ''), 'nonsense');
    const third = await openLarge({ folder });
    await third.find(0);
    await third.settle();
    expect(put).toBe((2 * FILES - 1) * PER_FILE);
    await plain.vectorStores.delete(storeId);
    await createStore();
    await putFiles();
    const fourth = await openLarge({ folder });
    await fourth.find(0);
    await fourth.settle();
    expect(readdirSync(folder).filter((name) => !name.startsWith(storeId))).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(3);
  });
}
