/**
 * BM25 over the postings of one store. The rarest words are read first; as soon as no chunk with the other words alone can be among the best,
 * these are only looked up for the chunks that are left (MaxScore). Invariants: the same chunks and scores as if all were read, on every
 * database; what counts is the store's own (number of chunks, their mean length, in how many a word stands), also under a filter; a score
 * is given as a part of the highest that any chunk could have for these words.
 */
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { ChunkScore, WordsQuery } from '../repositories/vector-stores.ts';
import { toCondition } from './attribute-filter.ts';
import { inParts } from './in-parts.ts';
import type { Reader, SqlDatabase } from './sql-database.ts';
import { FILE_KEYS, firstKey } from './text-chunks.ts';
import { eachPosting } from './text-postings.ts';

const K1 = 1.2;
const B = 0.75;
/** Chunks with a word from which on it is read beside the event loop: fewer take about a millisecond. */
const MANY_POSTINGS = 2000;

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
  term: string;
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

function inFiles(projectId: string, { storeId, filter }: WordsQuery): RawBuilder<boolean> {
  if (filter === undefined) return sql<boolean>`1 = 1`;
  return sql<boolean>`exists (select 1 from vector_store_files as f
    where f.key = p.file_key and f.store_id = ${storeId} and f.project_id = ${projectId} and ${toCondition(filter)})`;
}

/** The rows of words, in files that fit. */
type ReadRows = (terms: readonly Term[], fileKeys?: readonly number[]) => Promise<readonly Row[]>;

function rowReader({ reader, longRead }: SqlDatabase, storeKey: number, fits: RawBuilder<boolean>): ReadRows {
  return async (terms, fileKeys) => {
    const among =
      fileKeys === undefined ? sql`1 = 1` : sql`p.file_key in (${sql.join(fileKeys.map((key) => sql.lit(key)))})`;
    const query: CompiledQuery<Row> =
      sql<Row>`select p.term, p.file_key as "fileKey", p.postings from text_postings as p
      where p.store_key = ${storeKey} and p.term in (${sql.join(terms.map(({ term }) => term))}) and ${among} and ${fits}`.compile(
        reader,
      );
    const many = fileKeys === undefined && terms.some(({ containing }) => containing >= MANY_POSTINGS);
    return many && longRead !== undefined ? longRead<Row>(query) : (await reader.executeQuery(query)).rows;
  };
}

/** The `rank`-th highest; 0 where there are fewer. */
function rankedScore(scores: ReadonlyMap<number, number>, rank: number): number {
  if (scores.size < rank) return 0;
  return Float64Array.from(scores.values()).sort().at(-rank) ?? 0;
}

export async function searchWords(database: SqlDatabase, projectId: string, query: WordsQuery): Promise<ChunkScore[]> {
  const { reader } = database;
  const statistics = await statisticsOf(reader, projectId, query.storeId);
  if (statistics === undefined || query.terms.length === 0) return [];
  const weighed = await weigh(reader, statistics, query.terms);
  const present = weighed.filter(({ containing }) => containing > 0);
  const highest = weighed.reduce((total, { weight }) => total + weight, 0);
  const read = rowReader(database, statistics.storeKey, inFiles(projectId, query));
  const scores = await sumScores(present, read, { limit: query.limit, meanTerms: statistics.meanTerms });
  return Array.from(scores, ([chunkKey, score]) => ({ chunkKey, score: score / highest }))
    .toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey)
    .slice(0, query.limit);
}

/** Chunk → score, for all that may be among the best. A chunk's parts are added in the order of `terms`, so that the sum is always the same. */
async function sumScores(
  terms: readonly Term[],
  read: ReadRows,
  { limit, meanTerms }: { limit: number; meanTerms: number },
): Promise<Map<number, number>> {
  const scores = new Map<number, number>();
  const add = ({ weight }: Term, { fileKey, postings }: Row, among?: ReadonlySet<number>) => {
    const first = firstKey(fileKey);
    eachPosting(postings, (index, frequency, chunkTerms) => {
      const key = first + index;
      if (among !== undefined && !among.has(key)) return;
      const part = (weight * frequency) / (frequency + K1 * (1 - B + (B * chunkTerms) / meanTerms));
      scores.set(key, (scores.get(key) ?? 0) + part);
    });
  };
  // A part is less than its word's weight.
  let rest = terms.reduce((total, { weight }) => total + weight, 0);
  for (const [index, term] of terms.entries()) {
    const least = rankedScore(scores, limit);
    if (rest < least) {
      await lookUp(terms.slice(index), { scores, least: least - rest, read, add });
      break;
    }
    for (const row of await read([term])) add(term, row);
    rest -= term.weight;
  }
  return scores;
}

interface LookUp {
  scores: ReadonlyMap<number, number>;
  /** Who has less is out. */
  least: number;
  read: ReadRows;
  add(term: Term, row: Row, among: ReadonlySet<number>): void;
}

async function lookUp(terms: readonly Term[], { scores, least, read, add }: LookUp): Promise<void> {
  const among = new Set([...scores].filter(([, score]) => score >= least).map(([key]) => key));
  const fileKeys = new Set([...among].map((key) => Math.floor(key / FILE_KEYS)));
  const rows: Row[] = [];
  await inParts([...fileKeys], async (part) => rows.push(...(await read(terms, part))));
  const byTerm = Map.groupBy(rows, ({ term }) => term);
  for (const term of terms) for (const row of byTerm.get(term.term) ?? []) add(term, row, among);
}
