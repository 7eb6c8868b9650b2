/** The functions of sqlite-vec on a connection. Where its library is missing for the platform, vectors are compared in this process. */
import { type RawBuilder, sql } from 'kysely';
import { load } from 'sqlite-vec';
import type { VectorTable } from '../../sql-database.ts';
import type { SqliteConnection } from './connect-sqlite.ts';

/** Whether the functions are there now. */
export function loadVectorFunctions(connection: SqliteConnection): boolean {
  try {
    load(connection);
    return true;
  } catch {
    return false;
  }
}

export const SQLITE_VECTORS: VectorTable = { name: 'text_chunk_vectors', cosine };

/** Nothing is like a vector of zeros. */
function cosine(column: RawBuilder<unknown>, vector: Float32Array): RawBuilder<number> {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return sql<number>`1 - coalesce(vec_distance_cosine(${column}, ${bytes}), 1)`;
}
