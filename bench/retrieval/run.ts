/**
 * Measures retrieval quality: nDCG@10, recall@10 and MRR@10 of hybrid search, vector search and BM25, over sets that
 * weaknesses.ts and django.ts build from registry packages. Documents take the usual path: upload, vector store,
 * extraction, chunks of 800 tokens with an overlap of 400. Hybrid and vector search go over HTTP, BM25 uses the
 * server's storage directly. The rank of a document is that of its first chunk among 50 results. One third of the
 * queries is for tuning (`dev`), the others are reported (`test`).
 *
 *   node bench/retrieval/run.ts MODEL.gguf|ONNX_FOLDER|built-in [test|dev] [weaknesses,django] [folder]
 *     (folder: keeps the filled stores)
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ask } from '../served.ts';
import { readDjango } from './django.ts';
import { type Measures, mean, measure } from './measures.ts';
import type { RetrievalSet, SetQuery } from './retrieval-set.ts';
import { eachOf, fillStore, startSelfsame } from './selfsame-server.ts';
import { readWeaknesses } from './weaknesses.ts';
import { openWordSearch } from './word-search.ts';

const READERS: Readonly<Record<string, () => Promise<RetrievalSet>>> = {
  weaknesses: readWeaknesses,
  django: readDjango,
};
const RESULTS = 50;
const [path = '', split = 'test', names = Object.keys(READERS).join(','), kept] = process.argv.slice(2);
if (path === '' || (split !== 'test' && split !== 'dev')) {
  throw new Error('node bench/retrieval/run.ts MODEL.gguf|ONNX_FOLDER|built-in [test|dev] [sets] [folder]');
}
const model = path === 'built-in' ? path : resolve(path);

/** Depends only on the text, so that a query stays in its part when the set changes. */
function isOfSplit({ text }: SetQuery): boolean {
  const isDev = (createHash('sha256').update(text).digest()[0] ?? 0) % 3 === 0;
  return isDev === (split === 'dev');
}

type Search = (query: string) => Promise<string[]>;

async function evaluate(queries: readonly SetQuery[], search: Search): Promise<Measures> {
  return mean(await eachOf(queries, async ({ text, relevant }) => measure([...new Set(await search(text))], relevant)));
}

const overHttp =
  (url: string, storeId: string, ranker: 'auto' | 'none'): Search =>
  async (query) => {
    const body = { query, max_num_results: RESULTS, ranking_options: { ranker } };
    const { data } = await ask<{ data: { filename: string }[] }>(`${url}/vector_stores/${storeId}/search`, body);
    return data.map(({ filename }) => filename);
  };

/** Returns the store of an earlier run in the kept folder, or a new one. */
async function storeOf(url: string, folder: string, { name, documents }: RetrievalSet): Promise<string> {
  const note = join(folder, `${name}.store`);
  const known = await readFile(note, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const startedAt = performance.now();
  const id = await fillStore(url, name, documents);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stderr.write(`${name}: ${documents.length} documents taken in within ${seconds} s\n`);
  await writeFile(note, id);
  return id;
}

function row(name: string, way: string, { ndcg, recall, mrr }: Measures): string {
  return `| ${[name, way, ...[ndcg, recall, mrr].map((value) => value.toFixed(3))].join(' | ')} |\n`;
}

const folder = kept === undefined ? await mkdtemp(join(tmpdir(), 'selfsame-bench-')) : resolve(kept);
await mkdir(folder, { recursive: true });
const server = await startSelfsame(folder, model);
const words = await openWordSearch(folder);
try {
  process.stdout.write(`${basename(model)}, ${split}, ${cpus()[0]?.model} × ${cpus().length}\n\n`);
  process.stdout.write('| set | search | nDCG@10 | recall@10 | MRR@10 |\n| --- | --- | --- | --- | --- |\n');
  for (const name of names.split(',')) {
    const set = await READERS[name]?.();
    if (set === undefined) throw new Error(`There is no set '${name}'.`);
    const storeId = await storeOf(server.url, folder, set);
    const queries = set.queries.filter(isOfSplit);
    process.stderr.write(`${name}: ${set.about}; ${set.documents.length} documents, ${queries.length} queries\n`);
    process.stdout.write(row(name, 'hybrid', await evaluate(queries, overHttp(server.url, storeId, 'auto'))));
    process.stdout.write(row(name, 'meaning alone', await evaluate(queries, overHttp(server.url, storeId, 'none'))));
    process.stdout.write(
      row(name, 'BM25 alone', await evaluate(queries, (query) => words.search(storeId, query, RESULTS))),
    );
  }
} finally {
  await words.close();
  await server.stop();
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}
