/** A database whose large stores are searched through an index. */
import type { Clock } from '../../lib/clock.ts';
import type { SqlDatabase } from './sql-database.ts';
import { type AcceleratorOptions, createVectorAccelerator } from './vector-accelerator.ts';

/** Comparing fewer vectors takes less than asking an index. */
const LEAST_VECTORS = 4096;

export type Acceleration = Omit<AcceleratorOptions, 'clock' | 'leastVectors'> &
  Partial<Pick<AcceleratorOptions, 'leastVectors'>>;

export function accelerated(database: SqlDatabase, clock: Clock, options: Acceleration | undefined): SqlDatabase {
  if (options === undefined) return database;
  const accelerator = createVectorAccelerator(database, { leastVectors: LEAST_VECTORS, ...options, clock });
  return { ...database, accelerator };
}
