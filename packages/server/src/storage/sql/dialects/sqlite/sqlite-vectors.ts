/** Loads sqlite-vec into a connection. Without its library for the platform, vectors are compared in this process. */
import { type RawBuilder, sql } from 'kysely';
import { load } from 'sqlite-vec';
import type { VectorTable } from '../../sql-database.ts';
import type { SqliteConnection } from './connect-sqlite.ts';

/** Returns whether the functions are available. */
export function loadVectorFunctions(connection: SqliteConnection): boolean {
  try {
    load(connection);
    return true;
  } catch {
    return false;
  }
}

export const SQLITE_VECTORS: VectorTable = { name: 'text_chunk_vectors', cosine };

/** The cosine with a zero vector is 0. */
function cosine(column: RawBuilder<unknown>, vector: Float32Array): RawBuilder<number> {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return sql<number>`1 - coalesce(vec_distance_cosine(${column}, ${bytes}), 1)`;
}
