/**
 * BM25 over the postings of one store, with MaxScore pruning: the rarest terms are read first, and once the remaining
 * terms alone cannot lift a chunk into the result, they are read for the remaining candidates only. Invariants: chunks
 * and scores equal an exhaustive evaluation, on every database; statistics (chunk count, mean length, document
 * frequency) are those of the whole store, also under a filter; a score is a share (0 to 1) of the highest score that
 * any chunk could have for these terms.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ChunkScore, WordsQuery } from '../../repositories/vector-stores.ts';
import { toCondition } from '../attribute-filter.ts';
import type { Reader, SqlDatabase } from '../sql-database.ts';
import { type ChunkScores, createChunkScores } from './chunk-scores.ts';
import { fileKeysOf } from './text-chunks.ts';

const K1 = 1.2;
const B = 0.75;
/** Stores with at least this many chunks are searched in a thread; smaller ones take a few milliseconds. */
const MIN_CHUNKS_IN_THREAD = 4000;
/** Reading one file by key costs about as much as this many files of a full scan. */
const FILES_PER_READ = 4;

/** Runs a BM25 search outside the event loop. */
export type SearchInThread = (projectId: string, query: WordsQuery) => Promise<ChunkScore[]>;

interface Statistics {
  storeKey: number;
  chunks: number;
  meanTerms: number;
}

interface Term {
  term: string;
  /** Document frequency: the number of chunks that contain the term. */
  containing: number;
  /** Inverse document frequency. */
  weight: number;
}

interface Row {
  fileKey: number;
  postings: Uint8Array;
}

async function statisticsOf(reader: Reader, projectId: string, storeId: string): Promise<Statistics | undefined> {
  const row = await reader
    .selectFrom('vector_stores')
    .select(['key', 'chunk_count as chunks', 'term_count as terms'])
    .where('id', '=', storeId)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  if (row === undefined || row.chunks === 0) return undefined;
  return { storeKey: row.key, chunks: row.chunks, meanTerms: Math.max(1, row.terms / row.chunks) };
}

/** The terms with their weights, the rarest first. */
async function weigh(reader: Reader, { storeKey, chunks }: Statistics, terms: readonly string[]): Promise<Term[]> {
  const rows = await reader
    .selectFrom('text_terms')
    .select(['term', 'chunk_count as containing'])
    .where('store_key', '=', storeKey)
    .where('term', 'in', terms)
    .execute();
  const found = new Map(rows.map((row) => [row.term, row.containing]));
  return terms
    .map((term) => {
      const containing = found.get(term) ?? 0;
      return { term, containing, weight: Math.log(1 + (chunks - containing + 0.5) / (containing + 0.5)) };
    })
    .toSorted((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
}

/** Keys of the files that pass the filter, read once for all terms; undefined without a filter. */
async function fittingFiles(
  reader: Reader,
  projectId: string,
  { storeId, filter }: WordsQuery,
): Promise<ReadonlySet<number> | undefined> {
  if (filter === undefined) return undefined;
  const { rows } = await sql<{ key: number }>`select f.key from vector_store_files as f
    where f.store_id = ${storeId} and f.project_id = ${projectId} and ${toCondition(filter)}`.execute(reader);
  return new Set(rows.map(({ key }) => key));
}

/** Reads the postings of a term, of the given files or of all that pass the filter. */
type ReadRows = (term: Term, fileKeys: Iterable<number> | undefined) => Promise<readonly Row[]>;

function rowReader(
  { reader, facts }: Pick<SqlDatabase, 'reader' | 'facts'>,
  storeKey: number,
  fitting: ReadonlySet<number> | undefined,
): ReadRows {
  const read = async (term: string, among: RawBuilder<unknown>) => {
    const { rows } = await sql<Row>`select p.file_key as "fileKey", p.postings from text_postings as p
      where p.store_key = ${storeKey} and p.term = ${term} and ${among}`.execute(reader);
    return rows;
  };
  return async ({ term, containing }, fileKeys) => {
    const fewFit = fitting !== undefined && fitting.size * FILES_PER_READ < containing;
    const among = fileKeys ?? (fewFit ? fitting : undefined);
    const rows = await read(term, among === undefined ? sql`1 = 1` : sql`p.file_key in ${facts.inList([...among])}`);
    return fitting === undefined ? rows : rows.filter(({ fileKey }) => fitting.has(fileKey));
  };
}

export async function searchWords(
  database: Pick<SqlDatabase, 'reader' | 'facts'> & { searchInThread?: SearchInThread | undefined },
  projectId: string,
  query: WordsQuery,
): Promise<ChunkScore[]> {
  if (query.terms.length === 0) return [];
  const { reader, searchInThread } = database;
  const statistics = await statisticsOf(reader, projectId, query.storeId);
  if (statistics === undefined) return [];
  const { chunks, limit } = query;
  const isLong = chunks === undefined && statistics.chunks >= MIN_CHUNKS_IN_THREAD;
  if (searchInThread !== undefined && isLong) return searchInThread(projectId, query);
  const weighed = await weigh(reader, statistics, query.terms);
  const present = weighed.filter(({ containing }) => containing > 0);
  const highest = weighed.reduce((total, { weight }) => total + weight, 0);
  const read = rowReader(database, statistics.storeKey, await fittingFiles(reader, projectId, query));
  const scores = await sumScores(present, read, { limit, meanTerms: statistics.meanTerms, chunks });
  const wanted = chunks === undefined ? undefined : new Set(chunks);
  const best = wanted === undefined ? scores.best(limit) : scores.best(Number.MAX_SAFE_INTEGER);
  return best
    .filter(({ chunkKey }) => wanted?.has(chunkKey) ?? true)
    .slice(0, limit)
    .map(({ chunkKey, score }) => ({ chunkKey, score: score / highest }));
}

/**
 * Scores of all chunks that can be in the result. Terms are added in a fixed order, so that floating-point sums repeat
 * exactly.
 */
async function sumScores(
  terms: readonly Term[],
  read: ReadRows,
  { limit, meanTerms, chunks }: { limit: number; meanTerms: number; chunks: readonly number[] | undefined },
): Promise<ChunkScores> {
  const scores = createChunkScores();
  const among = chunks && fileKeysOf(chunks);
  // The contribution of a term is below its weight.
  let rest = terms.reduce((total, { weight }) => total + weight, 0);
  let complete = false;
  for (const term of terms) {
    const { weight, containing } = term;
    const min = among === undefined ? scores.ranked(limit) : 0;
    complete ||= rest < min;
    if (complete) scores.keep(min - rest);
    const few = complete && scores.files() * FILES_PER_READ < containing;
    const partOf = (frequency: number, chunkTerms: number) =>
      (weight * frequency) / (frequency + K1 * (1 - B + (B * chunkTerms) / meanTerms));
    for (const { fileKey, postings } of await read(term, few ? scores.fileKeys() : among)) {
      scores.add(fileKey, postings, { partOf, known: complete });
    }
    rest -= weight;
  }
  return scores;
}
