/**
 * Measures search over HTTP in a store of 100,000 chunks with vectors of 384 dimensions, without the embedding of the
 * query (aim: p50 at most 10 ms above `POST /v1/embeddings` for the same text, with and without a filter); recall@10
 * (aim: ≥ 0.99 of an exhaustive search); and the effect of 999 other stores on a small store (aim: not measurable). The
 * vectors of the queries come from an upstream in this process. vector-search/made-store.ts defines the data.
 *
 *   node bench/vector-search.ts [chunks] [queries] [sqlite|postgres|pgvector]
 *     (default 100000 200 sqlite; about five minutes)
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../packages/server/src/lib/clock.ts';
import { createIdSource } from '../packages/server/src/lib/ids.ts';
import type { ProjectRepositories, Repositories } from '../packages/server/src/storage/repositories/repositories.ts';
import { openPostgresStorage } from '../packages/server/src/storage/sql/open-postgres-storage.ts';
import { openSqliteStorage } from '../packages/server/src/storage/sql/open-sqlite-storage.ts';
import { createPostgresDatabase } from '../packages/server/src/storage/sql/testing/postgres-fixture.ts';
import { pgvectorBin } from '../packages/server/src/storage/sql/testing/postgres-server.ts';
import { ask, quantile, type Served, serve } from './served.ts';
import { CHUNKS_PER_FILE, createMaker, DIMENSIONS, type MadeFile, type Question } from './vector-search/made-store.ts';

const [chunkCount = '100000', queryCount = '200', dialect = 'sqlite'] = process.argv.slice(2);
const FILES = Number(chunkCount) / CHUNKS_PER_FILE;
const OTHER_STORES = 999;
const SMALL_CHUNKS = 20;
const STORES_AT_ONCE = 50;
const RESULTS = 10;
const MODEL = 'made';
/** Minimum vectors of a store with an index. */
const MIN_VECTORS = 4096;
const ids = createIdSource(systemClock);
const say = (text: string) => process.stdout.write(`${text}\n`);

const vectors = new Float32Array(Number(chunkCount) * DIMENSIONS);
const topicsOfFile: number[][] = [];
const known = new Map<string, Float32Array>();

interface Database {
  dataDir: string;
  settings: Record<string, string>;
  repositories: Repositories;
  drop(): Promise<void>;
}

async function openDatabase(): Promise<Database> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));
  const common = { clock: systemClock, ids };
  if (dialect === 'sqlite') {
    const repositories = await openSqliteStorage({ path: join(dataDir, 'selfsame.db'), ...common });
    return { dataDir, settings: {}, repositories, drop: async () => rmSync(dataDir, { recursive: true }) };
  }
  const { url, drop } = await createPostgresDatabase(dialect === 'pgvector' ? pgvectorBin : '');
  const repositories = await openPostgresStorage({ url, ...common });
  const settings = { DATABASE_URL: url };
  return {
    dataDir,
    settings,
    repositories,
    drop: async () => [await drop(), rmSync(dataDir, { recursive: true })] as never,
  };
}

type StoreRepositories = Pick<ProjectRepositories, 'files' | 'vectorStores' | 'vectorStoreFiles'>;

async function createStore({ vectorStores }: StoreRepositories): Promise<string> {
  const id = ids('vs_');
  const times = { createdAt: Date.now(), lastActiveAt: Date.now(), expiresAt: null, expiresAfterDays: null };
  await vectorStores.create({ id, name: '', description: null, metadata: {}, ...times });
  return id;
}

async function putFile(tx: StoreRepositories, storeId: string, { topics, chunks }: MadeFile, group = 0): Promise<void> {
  const id = ids('file-');
  const kind = { purpose: 'assistants', contentType: 'text/plain', bytes: 1, expiresAt: null };
  await tx.files.create({ id, filename: `${id}.txt`, ...kind, createdAt: Date.now() }, []);
  const attributes = { group, topic: topics[0] ?? 0 };
  const record = { storeId, id, batchId: null, jobId: 'job', attributes, chunkTokens: 800, overlapTokens: 400 };
  await tx.vectorStoreFiles.create({ ...record, createdAt: Date.now() });
  await tx.vectorStoreFiles.complete({ storeId, id }, 'job', { chunks, embeddingModel: MODEL });
}

async function fillLarge(scope: ReturnType<Repositories['forProject']>, storeId: string): Promise<void> {
  const maker = createMaker(2);
  const startedAt = performance.now();
  let putMs = 0;
  for (let number = 0; number < FILES; number += 1) {
    const file = maker.file(number);
    topicsOfFile.push(file.topics);
    for (const [i, { vectors: own }] of file.chunks.entries()) {
      vectors.set(own[0] ?? [], (number * CHUNKS_PER_FILE + i) * DIMENSIONS);
    }
    const before = performance.now();
    await scope.transaction((tx) => putFile(tx, storeId, file, number % 100));
    putMs += performance.now() - before;
  }
  const all = ((performance.now() - startedAt) / 1000).toFixed(0);
  say(`made and stored ${chunkCount} chunks in ${all} s, of which storing ${(putMs / 1000).toFixed(0)} s`);
}

/** Vector of other texts, such as the one with which the server measures the dimensions. */
const UNIT = Float32Array.from({ length: DIMENSIONS }, (_, d) => (d === 0 ? 1 : 0));

/** Returns embeddings immediately: the known vectors of the texts. */
async function answerEmbeddings(incoming: IncomingMessage): Promise<object> {
  if (incoming.method !== 'POST') return { object: 'list', data: [{ id: MODEL, object: 'model' }] };
  const body = (await json(incoming)) as { input: string | string[]; encoding_format?: string };
  const data = [body.input].flat().map((text, index) => {
    const vector = known.get(text) ?? UNIT;
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
    const embedding = body.encoding_format === 'base64' ? bytes.toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  return { object: 'list', data, model: MODEL, usage: { prompt_tokens: 8, total_tokens: 8 } };
}

const upstream = createServer((incoming, outgoing) => {
  outgoing.setHeader('content-type', 'application/json');
  void answerEmbeddings(incoming).then((answer) => outgoing.end(JSON.stringify(answer)));
});
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));

function start({ dataDir, settings }: Database): Promise<Served> {
  const urls = [`http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`];
  const upstreams = [{ name: 'made', urls, models: [{ id: MODEL, kind: 'embedding' }] }];
  return serve({
    ...settings,
    DATA_DIR: dataDir,
    UPSTREAMS: JSON.stringify(upstreams),
    BUILT_IN: 'false',
    JOB_PLACES: '0',
  });
}

interface Result {
  data: { content: { text: string }[] }[];
}

const numbersOf = ({ data }: Result) => data.map(({ content }) => Number(/^c(\d+)/.exec(content[0]?.text ?? '')?.[1]));

function exact({ vector }: Question, fits: (file: number) => boolean): number[] {
  const best: { number: number; score: number }[] = [];
  for (let file = 0; file < FILES; file += 1) {
    if (!fits(file)) continue;
    for (let number = file * CHUNKS_PER_FILE; number < (file + 1) * CHUNKS_PER_FILE; number += 1) {
      let score = 0;
      for (let d = 0; d < DIMENSIONS; d += 1) score += (vector[d] ?? 0) * (vectors[number * DIMENSIONS + d] ?? 0);
      if (best.length === RESULTS && score <= (best.at(-1)?.score ?? 0)) continue;
      best.push({ number, score });
      best.sort((a, b) => b.score - a.score);
      if (best.length > RESULTS) best.pop();
    }
  }
  return best.map(({ number }) => number);
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}

const figures = (times: readonly number[]) =>
  `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;

interface Case {
  name: string;
  filter?: (question: Question) => object;
  fits(file: number, question: Question): boolean;
}

const CASES: readonly Case[] = [
  { name: 'no filter', fits: () => true },
  {
    name: 'filter: 1/2 of the files',
    filter: () => ({ type: 'lt', key: 'group', value: 50 }),
    fits: (file) => file % 100 < 50,
  },
  { name: 'filter: 1/10', filter: () => ({ type: 'gte', key: 'group', value: 90 }), fits: (file) => file % 100 >= 90 },
  { name: 'filter: 1/100', filter: () => ({ type: 'eq', key: 'group', value: 7 }), fits: (file) => file % 100 === 7 },
  {
    name: 'filter: what is far from the question',
    filter: ({ topic }) => ({ type: topic < 250 ? 'gte' : 'lt', key: 'topic', value: 250 }),
    fits: (file, { topic }) =>
      topic < 250 ? (topicsOfFile[file]?.[0] ?? 0) >= 250 : (topicsOfFile[file]?.[0] ?? 0) < 250,
  },
];

async function measure(url: string, storeId: string, { name, filter, fits }: Case, questions: readonly Question[]) {
  const search = (question: Question, ranker?: string) =>
    ask<Result>(`${url}/vector_stores/${storeId}/search`, {
      query: question.text,
      max_num_results: RESULTS,
      ...(filter === undefined ? {} : { filters: filter(question) }),
      ...(ranker === undefined ? {} : { ranking_options: { ranker } }),
    });
  const [added, hybrid, byVector]: number[][] = [[], [], []];
  let found = 0;
  for (const [i, question] of questions.entries()) {
    const embedding = () => timed(() => ask(`${url}/embeddings`, { model: MODEL, input: question.text }));
    const first = i % 2 === 0 ? await embedding() : undefined;
    const both = await timed(() => search(question));
    const { ms } = first ?? (await embedding());
    const near = await timed(() => search(question, 'none'));
    added?.push(both.ms - ms);
    hybrid?.push(both.ms);
    byVector?.push(near.ms - ms);
    const numbers = new Set(numbersOf(near.value));
    found += exact(question, (file) => fits(file, question)).filter((number) => numbers.has(number)).length;
  }
  const recall = (found / (questions.length * RESULTS)).toFixed(4);
  say(
    `${name}: above the embedding ${figures(added ?? [])} (by vectors alone ${figures(byVector ?? [])}); recall@10 ${recall}`,
  );
}

async function indexed({ dataDir }: Database, storeId: string, url: string, question: Question): Promise<void> {
  const startedAt = performance.now();
  const first: number[] = [];
  const folder = join(dataDir, 'indexes');
  const made = () => existsSync(folder) && readdirSync(folder).includes(`${storeId}.json`);
  while (!made() && performance.now() - startedAt < 600_000) {
    first.push((await timed(() => ask(`${url}/vector_stores/${storeId}/search`, { query: question.text }))).ms);
    await sleep(200);
  }
  say(
    `the index was made in ${((performance.now() - startedAt) / 1000).toFixed(0)} s; searches meanwhile ${figures(first)}`,
  );
}

async function compareSmall(
  alone: Served,
  among: Served,
  [one, other]: [string, string],
  questions: readonly Question[],
) {
  const times: [number[], number[]] = [[], []];
  const sides = [
    [alone.url, one],
    [among.url, other],
  ] as const;
  for (const [i, question] of questions.entries()) {
    for (const side of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const [url, id] = sides[side];
      times[side].push((await timed(() => ask(`${url}/vector_stores/${id}/search`, { query: question.text }))).ms);
    }
  }
  const [a, b] = times.map((list) => quantile(list.slice(10), 0.5)) as [number, number];
  say(
    `small store: alone p50 ${a.toFixed(2)} ms, beside ${OTHER_STORES} others and the large one ${b.toFixed(2)} ms: ratio ${(b / a).toFixed(3)}`,
  );
}

const large = await openDatabase();
const small = await openDatabase();
const servers: Served[] = [];
try {
  say(`${dialect}, load ${loadavg()[0]?.toFixed(1)}`);
  const scope = async ({ repositories }: Database) =>
    repositories.forProject((await repositories.system().installation.retrieve()).projectId);
  const [inLarge, inSmall] = [await scope(large), await scope(small)];
  const storeId = await createStore(inLarge);
  await fillLarge(inLarge, storeId);
  const smalls = [await createStore(inSmall), await createStore(inLarge)] as [string, string];
  await putFile(inSmall, smalls[0], createMaker(3).file(0, SMALL_CHUNKS));
  await putFile(inLarge, smalls[1], createMaker(3).file(0, SMALL_CHUNKS));
  const maker = createMaker(4);
  for (let i = 0; i < OTHER_STORES; i += STORES_AT_ONCE) {
    await inLarge.transaction(async (tx) => {
      for (let store = i; store < Math.min(OTHER_STORES, i + STORES_AT_ONCE); store += 1) {
        await putFile(tx, await createStore(tx), maker.file(store, SMALL_CHUNKS));
      }
    });
  }
  for (const { repositories } of [large, small]) await repositories.close();
  const questions = Array.from({ length: Number(queryCount) }, () => maker.question());
  for (const { text, vector } of questions) known.set(text, vector);
  for (const database of [large, small]) servers.push(await start(database));
  const [largeServer, smallServer] = servers as [Served, Served];
  const [warm] = questions as [Question];
  if (Number(chunkCount) >= MIN_VECTORS) await indexed(large, storeId, largeServer.url, warm);
  for (const each of CASES) await measure(largeServer.url, storeId, each, questions);
  await compareSmall(smallServer, largeServer, smalls, questions);
  say(`load ${loadavg()[0]?.toFixed(1)}`);
} finally {
  for (const server of servers) await server.stop();
  for (const database of [large, small]) await database.drop();
  upstream.close();
}
process.exit();
