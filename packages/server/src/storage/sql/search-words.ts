/**
 * BM25 over the postings of one store, computed by the database. Invariants: what counts is the store's own (number of chunks, their mean
 * length, in how many a word stands), also under a filter; a score is given as a part of the highest that any chunk could have for these words.
 */
import { type RawBuilder, sql } from 'kysely';
import type { ChunkScore, WordsQuery } from '../repositories/vector-stores.ts';
import { toCondition } from './attribute-filter.ts';
import type { Reader, SqlDatabase } from './sql-database.ts';
import { FILE_KEYS, LARGE_STORE } from './text-chunks.ts';

const K1 = 1.2;
const B = 0.75;

interface Statistics {
  storeKey: number;
  chunks: number;
  meanTerms: number;
}

async function statisticsOf(reader: Reader, projectId: string, storeId: string): Promise<Statistics | undefined> {
  const row = await reader
    .selectFrom('vector_stores as s')
    .innerJoin('vector_store_files as f', 'f.store_id', 's.id')
    .select(({ fn }) => [
      's.key',
      fn.sum<number>('f.chunk_count').as('chunks'),
      fn.sum<number>('f.term_count').as('terms'),
    ])
    .where('s.id', '=', storeId)
    .where('s.project_id', '=', projectId)
    .where('f.status', '=', 'completed')
    .groupBy('s.key')
    .executeTakeFirst();
  if (row === undefined || Number(row.chunks) === 0) return undefined;
  const chunks = Number(row.chunks);
  return { storeKey: row.key, chunks, meanTerms: Math.max(1, Number(row.terms) / chunks) };
}

/** Inverse document frequency of each term. */
async function weightsOf(reader: Reader, { storeKey, chunks }: Statistics, terms: readonly string[]) {
  const rows = await reader
    .selectFrom('text_chunk_postings')
    .select(({ fn }) => ['term', fn.countAll<number>().as('chunks')])
    .where('store_key', '=', storeKey)
    .where('term', 'in', terms)
    .groupBy('term')
    .execute();
  const found = new Map(rows.map((row) => [row.term, Number(row.chunks)]));
  return terms.map((term) => {
    const containing = found.get(term) ?? 0;
    return { term, containing, weight: Math.log(1 + (chunks - containing + 0.5) / (containing + 0.5)) };
  });
}

const real = (value: number) => sql<number>`cast(${value} as double precision)`;

function inFiles(projectId: string, { storeId, filter }: WordsQuery): RawBuilder<boolean> {
  if (filter === undefined) return sql<boolean>`1 = 1`;
  return sql<boolean>`p.chunk_key / ${sql.lit(FILE_KEYS)} in (select f.key from vector_store_files as f
    where f.store_id = ${storeId} and f.project_id = ${projectId} and ${toCondition(filter)})`;
}

export async function searchWords(
  { reader, longRead }: SqlDatabase,
  projectId: string,
  query: WordsQuery,
): Promise<ChunkScore[]> {
  const statistics = await statisticsOf(reader, projectId, query.storeId);
  if (statistics === undefined || query.terms.length === 0) return [];
  const weights = await weightsOf(reader, statistics, query.terms);
  const highest = weights.reduce((total, { weight }) => total + weight * (K1 + 1), 0);
  const present = weights.filter(({ containing }) => containing > 0);
  if (present.length === 0) return [];
  const weight = sql.join(
    present.map((each) => sql`when ${each.term} then ${real(each.weight)}`),
    sql` `,
  );
  const length = sql`(${real(1 - B)} + ${real(B / statistics.meanTerms)} * p.chunk_terms)`;
  const ranked = sql<ChunkScore>`select p.chunk_key as "chunkKey",
      sum((case p.term ${weight} end) * p.frequency * ${real((K1 + 1) / highest)}
        / (p.frequency + ${real(K1)} * ${length})) as score
    from text_chunk_postings as p
    where p.store_key = ${statistics.storeKey} and p.term in (${sql.join(present.map(({ term }) => term))})
      and ${inFiles(projectId, query)}
    group by p.chunk_key order by score desc, p.chunk_key limit ${query.limit}`.compile(reader);
  const apart = statistics.chunks >= LARGE_STORE ? longRead : undefined;
  return apart === undefined ? (await reader.executeQuery(ranked)).rows : apart<ChunkScore>(ranked);
}
