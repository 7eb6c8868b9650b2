/**
 * BM25 over the postings of one store. The rarest words are read first; as soon as no chunk with the other words alone can be among the best,
 * these are only looked at for the chunks that are left, which become fewer with each word (MaxScore). Invariants: the same chunks and scores as if all were read, on every
 * database; what counts is the store's own (number of chunks, their mean length, in how many a word stands), also under a filter; a score
 * is given as a part of the highest that any chunk could have for these words.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ChunkScore, WordsQuery } from '../repositories/vector-stores.ts';
import { toCondition } from './attribute-filter.ts';
import { type ChunkScores, createChunkScores } from './chunk-scores.ts';
import { fileKeysOf } from './file-keys-of.ts';
import type { Reader, SqlDatabase } from './sql-database.ts';

const K1 = 1.2;
const B = 0.75;
/** Chunks of a store from which on it is searched beside the event loop: fewer take a few milliseconds. */
const MANY_CHUNKS = 4000;
/** A look into one file takes as long as so many when all are read. */
const FILES_PER_READ = 4;

interface Statistics {
  storeKey: number;
  chunks: number;
  meanTerms: number;
}

interface Term {
  term: string;
  /** In how many chunks it stands. */
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

/** The rarest first. */
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

/** The files that a filter lets through, asked once for all words; without a filter all do. */
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

/** The rows of a word in files that fit: in these, or in all. */
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
  database: Pick<SqlDatabase, 'reader' | 'facts' | 'searchApart'>,
  projectId: string,
  query: WordsQuery,
): Promise<ChunkScore[]> {
  if (query.terms.length === 0) return [];
  const { reader, searchApart } = database;
  const statistics = await statisticsOf(reader, projectId, query.storeId);
  if (statistics === undefined) return [];
  const { chunks, limit } = query;
  const isLong = chunks === undefined && statistics.chunks >= MANY_CHUNKS;
  if (searchApart !== undefined && isLong) return searchApart(projectId, query);
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

/** The scores of all chunks that may be among the best. Each one's parts are added in the order of `terms`, so that its sum is always the same. */
async function sumScores(
  terms: readonly Term[],
  read: ReadRows,
  { limit, meanTerms, chunks }: { limit: number; meanTerms: number; chunks: readonly number[] | undefined },
): Promise<ChunkScores> {
  const scores = createChunkScores();
  const among = chunks && fileKeysOf(chunks);
  // A part is less than its word's weight.
  let rest = terms.reduce((total, { weight }) => total + weight, 0);
  let complete = false;
  for (const term of terms) {
    const { weight, containing } = term;
    const least = among === undefined ? scores.ranked(limit) : 0;
    complete ||= rest < least;
    if (complete) scores.keep(least - rest);
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
