/**
 * The part of the conformance suite about vector stores: their files, and search by vector, by words and by attributes.
 */
import { describe, expect, it } from 'vitest';
import type { Cases } from './testing/cases.ts';
import { FILE, VECTOR_STORE, VECTOR_STORE_FILE } from './testing/records.ts';
import { type AttributeValue, ModelChanged, type NewChunk } from './vector-store-files.ts';
import type { AttributeFilter } from './vector-stores.ts';

const ALL = { limit: 1000 };
const DIMENSIONS = 8;
const MODEL = 'tiny';
const TOPICS = ['fruit', 'metal', 'colour', 'animal'];

/** One dimension per topic. */
function vectorOf(topic: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector[TOPICS.indexOf(topic)] = 1;
  return vector;
}

function chunkOf(text: string, ...topics: string[]): NewChunk {
  const terms = new Map<string, number>();
  for (const word of text.split(' ')) terms.set(word, (terms.get(word) ?? 0) + 1);
  return { text, page: 3, start: 0, end: text.length, vectors: topics.map(vectorOf), terms };
}

interface TestStore {
  projectId: string;
  storeId: string;
  put(chunks: readonly NewChunk[], attributes?: Record<string, AttributeValue>): Promise<string>;
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);

export function describeVectorStores({ fixture, clock, ids, installation, createProject }: Cases): void {
  const scopeOf = (projectId: string) => fixture().repositories.forProject(projectId);

  async function createStore(inProject?: string): Promise<TestStore> {
    const projectId = inProject ?? (await installation()).projectId;
    const storeId = ids('vs_');
    const store = {
      ...VECTOR_STORE,
      name: 'ünï',
      metadata: { a: 'b' },
      createdAt: clock.now(),
      lastActiveAt: clock.now(),
    };
    await scopeOf(projectId).vectorStores.create({ ...store, id: storeId });
    return {
      projectId,
      storeId,
      async put(chunks, attributes = {}) {
        const id = ids('file-');
        const file = { ...FILE, id, filename: `${id}.txt`, createdAt: clock.now() };
        await scopeOf(projectId).files.create(file, []);
        await addFile({ projectId, storeId }, id, attributes);
        await scopeOf(projectId).vectorStoreFiles.complete({ storeId, id }, 'job', { chunks, embeddingModel: MODEL });
        return id;
      },
    };
  }

  function addFile(
    { projectId, storeId }: { projectId: string; storeId: string },
    id: string,
    attributes: Record<string, AttributeValue> = {},
  ) {
    const record = { ...VECTOR_STORE_FILE, storeId, id, jobId: 'job', attributes, createdAt: clock.now() };
    return scopeOf(projectId).vectorStoreFiles.create(record);
  }

  async function nearest({ projectId, storeId }: TestStore, topic: string, filter?: AttributeFilter, limit = 10) {
    const { vectorStores } = scopeOf(projectId);
    const scores = await vectorStores.nearest({ storeId, vector: vectorOf(topic), filter, limit });
    return withTexts({ projectId, storeId }, scores);
  }

  async function search({ projectId, storeId }: TestStore, terms: string[], filter?: AttributeFilter) {
    const scores = await scopeOf(projectId).vectorStores.search({ storeId, terms, filter, limit: 10 });
    return withTexts({ projectId, storeId }, scores);
  }

  async function withTexts(
    { projectId, storeId }: { projectId: string; storeId: string },
    scores: readonly { chunkKey: number; score: number }[],
  ) {
    const keys = scores.map(({ chunkKey }) => chunkKey);
    const chunks = await scopeOf(projectId).vectorStores.listChunks(storeId, keys);
    return scores.map(({ chunkKey, score }) => ({
      text: chunks.find((chunk) => chunk.chunkKey === chunkKey)?.text,
      score,
    }));
  }

  describe('vector stores', () => {
    it('counts the files and bytes of a vector store, and deletes it with everything in it', async () => {
      const store = await createStore();
      const { vectorStores, vectorStoreFiles } = scopeOf(store.projectId);
      const id = await store.put([chunkOf('ripe apple', 'fruit'), chunkOf('old iron', 'metal', 'colour')]);
      await addFile(store, 'file-open');
      const counts = { inProgress: 1, completed: 1, failed: 0, cancelled: 0, total: 2 };
      const usageBytes = 'ripe apple'.length + 'old iron'.length + 3 * 4 * DIMENSIONS;
      expect(await vectorStores.retrieve(store.storeId)).toMatchObject({ fileCounts: counts, usageBytes, name: 'ünï' });
      expect((await vectorStores.list(ALL)).records).toMatchObject([{ fileCounts: counts, metadata: { a: 'b' } }]);
      expect(await vectorStoreFiles.listChunks({ storeId: store.storeId, id })).toMatchObject([
        { text: 'ripe apple', page: 3, start: 0, end: 10 },
        { text: 'old iron' },
      ]);
      expect(await vectorStores.delete(store.storeId)).toEqual(['job']);
      expect(await vectorStores.delete(store.storeId)).toBeUndefined();
      expect(await vectorStores.retrieve(store.storeId)).toBeUndefined();
      const again = await createStore();
      expect(await nearest(again, 'fruit')).toEqual([]);
      expect(await search(again, ['apple'])).toEqual([]);
    });

    it('finds the nearest chunks of one vector store only, and a chunk of several vectors once', async () => {
      const store = await createStore();
      const other = await createStore((await createProject()).id);
      await store.put([chunkOf('apple', 'fruit', 'fruit', 'colour'), chunkOf('iron', 'metal')]);
      await other.put([chunkOf('pear', 'fruit')]);
      expect(await nearest(store, 'fruit')).toEqual([
        { text: 'apple', score: 1 },
        { text: 'iron', score: 0 },
      ]);
      expect(await nearest(store, 'fruit', undefined, 1)).toEqual([{ text: 'apple', score: 1 }]);
      expect(await nearest({ ...other, projectId: store.projectId }, 'fruit')).toEqual([]);
      expect(await search({ ...other, projectId: store.projectId }, ['pear'])).toEqual([]);
    });

    it('scores only the named chunks, with the same scores as among all', async () => {
      const store = await createStore();
      const texts = ['the red apple', 'the red red car', 'the old fox'];
      await store.put(texts.slice(0, 2).map((text) => chunkOf(text, 'colour')));
      await store.put([chunkOf('the old fox', 'animal')]);
      const { vectorStores } = scopeOf(store.projectId);
      const scope = { storeId: store.storeId, limit: 10 };
      const [near, words] = [
        { ...scope, vector: vectorOf('colour') },
        { ...scope, terms: ['red', 'the'] },
      ];
      const [allNear, allWords] = [await vectorStores.nearest(near), await vectorStores.search(words)];
      const keys = allNear.map(({ chunkKey }) => chunkKey);
      expect(keys).toHaveLength(3);
      for (const chunks of [[keys[2] ?? 0], [keys[1] ?? 0, keys[0] ?? 0]]) {
        const named = <Score extends { chunkKey: number }>(scores: readonly Score[]) =>
          scores.filter(({ chunkKey }) => chunks.includes(chunkKey));
        expect(await vectorStores.nearest({ ...near, chunks })).toEqual(named(allNear));
        expect(await vectorStores.search({ ...words, chunks })).toEqual(named(allWords));
      }
    });

    it('ranks by BM25: rare words, repeated words and short chunks score higher', async () => {
      const store = await createStore();
      await store.put([
        chunkOf('the red apple', 'fruit'),
        chunkOf('the red red car', 'colour'),
        chunkOf('the red house of the old red fox by the sea', 'animal'),
        chunkOf('the iron', 'metal'),
      ]);
      const found = await search(store, ['red', 'apple']);
      expect(found.map(({ text }) => text)).toEqual([
        'the red apple',
        'the red red car',
        'the red house of the old red fox by the sea',
      ]);
      // Computed by hand: N 4, mean length 5, k1 1.2, b 0.75.
      const idf = (containing: number) => Math.log(1 + (4 - containing + 0.5) / (containing + 0.5));
      const part = (frequency: number, length: number) => frequency / (frequency + 1.2 * (0.25 + (0.75 * length) / 5));
      const highest = idf(3) + idf(1);
      expect(found[0]?.score).toBeCloseTo((idf(3) * part(1, 3) + idf(1) * part(1, 3)) / highest, 10);
      expect(found[1]?.score).toBeCloseTo((idf(3) * part(2, 4)) / highest, 10);
      expect(await search(store, ['nowhere'])).toEqual([]);
    });

    it('finds the same best chunks by words as a full scan, with common and rare words and filters', async () => {
      const store = await createStore();
      // The word w0 is in nearly every chunk, w1 in about half of them, and so on.
      const texts = Array.from({ length: 240 }, (_, i) => {
        const words = Array.from({ length: 8 }, (_word, w) =>
          (i * 7 + w * 13) % 2 ** w === 0 ? [`w${w}`] : [],
        ).flat();
        return [...words, ...words.slice(i % 4), ...Array.from({ length: i % 9 }, () => 'filler')].join(' ');
      });
      for (let from = 0; from < texts.length; from += 80) {
        const chunks = texts.slice(from, from + 80).map((text) => chunkOf(text, 'fruit'));
        await store.put(chunks, { part: from });
      }
      const lengths = texts.map((text) => text.split(' ').length);
      const mean = lengths.reduce((a, b) => a + b, 0) / texts.length;
      const count = (text: string, term: string) => text.split(' ').filter((word) => word === term).length;
      const weigh = (term: string) => {
        const containing = texts.filter((text) => count(text, term) > 0).length;
        return Math.log(1 + (texts.length - containing + 0.5) / (containing + 0.5));
      };
      const byHand = (terms: string[], fits: (index: number) => boolean) => {
        const weights = terms.map(weigh);
        const highest = weights.reduce((total, weight) => total + weight, 0);
        return texts
          .map((text, index) => ({ index, text, score: 0 }))
          .filter(({ index }) => fits(index))
          .map(({ index, text }) => {
            const part = (f: number) => f / (f + 1.2 * (0.25 + (0.75 * (lengths[index] ?? 0)) / mean));
            const score = terms.reduce((total, term, i) => total + (weights[i] ?? 0) * part(count(text, term)), 0);
            return { text, score: score / highest };
          })
          .toSorted((a, b) => b.score - a.score)
          .slice(0, 10);
      };
      const queries = [
        ['w7', 'w0', 'w1'],
        ['w6', 'w5', 'w0', 'filler'],
        ['w0', 'w1', 'w2'],
        ['w0'],
        ['w7', 'absent', 'w3'],
        ['w4', 'w3', 'w2', 'filler'],
      ];
      for (const terms of queries) {
        const expected = byHand(terms, () => true);
        const found = await search(store, terms);
        for (const [rank, { score }] of found.entries()) expect(score).toBeCloseTo(expected[rank]?.score ?? 2, 12);
        expect(found.map(({ text }) => count(text ?? '', terms[0] ?? ''))).toEqual(
          expected.map(({ text }) => count(text, terms[0] ?? '')),
        );
        const filter: AttributeFilter = { type: 'eq', key: 'part', value: 80 };
        const inPart = byHand(terms, (index) => index >= 80 && index < 160);
        const scores = (await search(store, terms, filter)).map(({ score }) => score);
        for (const [rank, score] of scores.entries()) expect(score).toBeCloseTo(inPart[rank]?.score ?? 2, 12);
      }
    });

    it('ranks short chunks with a common word above long chunks with a rare word', async () => {
      const store = await createStore();
      const long = chunkOf(`rare ${'filler '.repeat(199)}`.trim(), 'fruit');
      const others = [...Array.from({ length: 25 }, () => 'common'), 'other', 'other', 'other'];
      await store.put([...Array.from({ length: 12 }, () => long), ...others.map((text) => chunkOf(text, 'fruit'))]);
      const found = await search(store, ['rare', 'common']);
      expect(found.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => 'common'));
    });

    it('returns no chunk of a file that was removed or is processed again', async () => {
      const store = await createStore();
      const { vectorStoreFiles } = scopeOf(store.projectId);
      const id = await store.put([chunkOf('green apple', 'fruit')]);
      const second = await store.put([chunkOf('green grape', 'fruit')]);
      expect(await vectorStoreFiles.delete({ storeId: store.storeId, id })).toBe('job');
      expect(await vectorStoreFiles.delete({ storeId: store.storeId, id })).toBeUndefined();
      expect(await search(store, ['green'])).toMatchObject([{ text: 'green grape' }]);
      expect(await nearest(store, 'fruit')).toEqual([{ text: 'green grape', score: 1 }]);
      expect(await addFile(store, second)).toBe('job');
      expect(await search(store, ['green'])).toEqual([]);
      expect(await nearest(store, 'fruit')).toEqual([]);
      expect(await vectorStoreFiles.listStores(second)).toEqual([store.storeId]);
    });

    it('accepts the chunks of the current job of a file, once, and of one embedding model only', async () => {
      const store = await createStore();
      const { vectorStoreFiles } = scopeOf(store.projectId);
      const ref = { storeId: store.storeId, id: 'file-x' };
      const warnings = ['No text was found in the images of page 2.'];
      const completion = { chunks: [chunkOf('apple', 'fruit')], embeddingModel: MODEL, warnings };
      await addFile(store, ref.id);
      expect(await vectorStoreFiles.retrieve(ref)).toMatchObject({ warnings: [] });
      expect(await vectorStoreFiles.complete(ref, 'another', completion)).toBe(false);
      expect(await vectorStoreFiles.complete(ref, 'job', completion)).toBe(true);
      expect(await vectorStoreFiles.complete(ref, 'job', completion)).toBe(false);
      expect(await vectorStoreFiles.listChunks(ref)).toHaveLength(1);
      expect(await vectorStoreFiles.retrieve(ref)).toMatchObject({ status: 'completed', warnings });
      const next = { storeId: store.storeId, id: 'file-y' };
      await addFile(store, next.id);
      const change = vectorStoreFiles.complete(next, 'job', { ...completion, embeddingModel: 'other' });
      await expect(change).rejects.toThrow(ModelChanged);
      await vectorStoreFiles.fail(next, 'job', { code: 'server_error', message: 'why' });
      expect(await vectorStoreFiles.retrieve(next)).toMatchObject({
        status: 'failed',
        error: { code: 'server_error', message: 'why' },
      });
    });

    it('searches only files whose attributes match the filter, by vector and by words', async () => {
      const store = await createStore();
      const { vectorStoreFiles } = scopeOf(store.projectId);
      const a = await store.put([chunkOf('fruit a', 'fruit')], { year: 2020, kind: 'a', open: true });
      await store.put([chunkOf('fruit b', 'fruit')], { year: 2021.5, kind: 'b', open: false });
      await store.put([chunkOf('fruit c', 'fruit')], { year: '2020' });
      const fitting = async (filter: AttributeFilter) => {
        const texts = (await nearest(store, 'fruit', filter)).map(({ text }) => text?.slice(-1) ?? '').toSorted(byText);
        const words = (await search(store, ['fruit'], filter))
          .map(({ text }) => text?.slice(-1) ?? '')
          .toSorted(byText);
        expect(words).toEqual(texts);
        return texts.join('');
      };
      const cases: [AttributeFilter, string][] = [
        [{ type: 'eq', key: 'year', value: 2020 }, 'a'],
        [{ type: 'eq', key: 'year', value: '2020' }, 'c'],
        [{ type: 'ne', key: 'year', value: 2020 }, 'bc'],
        [{ type: 'gt', key: 'year', value: 2020 }, 'b'],
        [{ type: 'gte', key: 'year', value: 2020 }, 'ab'],
        [{ type: 'lt', key: 'kind', value: 'b' }, 'a'],
        [{ type: 'lte', key: 'year', value: 2020 }, 'a'],
        [{ type: 'eq', key: 'open', value: true }, 'a'],
        [{ type: 'eq', key: 'open', value: 1 }, ''],
        [{ type: 'in', key: 'kind', values: ['a', 'b', 7] }, 'ab'],
        [{ type: 'in', key: 'kind', values: [] }, ''],
        [{ type: 'nin', key: 'kind', values: ['a'] }, 'bc'],
        [{ type: 'eq', key: "kind' or 1=1 --", value: 'a' }, ''],
      ];
      for (const [filter, expected] of cases) expect(await fitting(filter), JSON.stringify(filter)).toBe(expected);
      const either: AttributeFilter = {
        type: 'or',
        filters: [cases[0]?.[0], cases[1]?.[0]].filter((f) => f !== undefined),
      };
      expect(await fitting(either)).toBe('ac');
      expect(await fitting({ type: 'and', filters: [either, { type: 'ne', key: 'open', value: true }] })).toBe('c');
      await vectorStoreFiles.updateAttributes({ storeId: store.storeId, id: a }, { year: 1 });
      expect(await fitting({ type: 'eq', key: 'open', value: true })).toBe('');
      expect(await fitting({ type: 'lt', key: 'year', value: 2 })).toBe('a');
    });

    it('cancels the unfinished files of a batch and returns their job ids', async () => {
      const store = await createStore();
      const { vectorStores, vectorStoreFiles } = scopeOf(store.projectId);
      const batchId = ids('vsfb_');
      await vectorStores.createBatch({ id: batchId, storeId: store.storeId, createdAt: clock.now() });
      for (const id of ['file-1', 'file-2']) {
        const chunking = { chunkTokens: 100, overlapTokens: 0, attributes: {} };
        const file = { storeId: store.storeId, id, batchId, jobId: `job of ${id}`, createdAt: clock.now() };
        await vectorStoreFiles.create({ ...file, ...chunking });
      }
      const done = { chunks: [], embeddingModel: MODEL };
      await vectorStoreFiles.complete({ storeId: store.storeId, id: 'file-1' }, 'job of file-1', done);
      expect(await vectorStores.cancelBatch(store.storeId, batchId, 7)).toEqual(['job of file-2']);
      expect(await vectorStores.cancelBatch(store.storeId, 'vsfb_none', 7)).toBeUndefined();
      expect(await vectorStores.retrieveBatch(store.storeId, batchId)).toMatchObject({
        cancelledAt: 7,
        fileCounts: { inProgress: 0, completed: 1, cancelled: 1, failed: 0, total: 2 },
      });
      const page = { ...ALL, storeId: store.storeId, batchId };
      expect((await vectorStoreFiles.list({ ...page, status: 'cancelled' })).records).toMatchObject([{ id: 'file-2' }]);
      expect((await vectorStoreFiles.list(page)).records).toHaveLength(2);
      const late = { storeId: store.storeId, id: 'file-2' };
      expect(await vectorStoreFiles.complete(late, 'job of file-2', done)).toBe(false);
    });
  });
}
