/** What a dialect gives to the repositories: reading, and writing in a transaction. Everything else about a database stays in its folder. */
import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export type Reader = Kysely<Schema>;
export type Writer = Transaction<Schema>;

export interface SqlDatabase {
  /** Sees what is committed, at once. Never used for writing. */
  readonly reader: Reader;
  /**
   * Runs `work` in one transaction that holds the write lock from its start; an error rolls it back and is thrown. `work` awaits
   * nothing but `writer`. Throws ConstraintViolation where a rule of the schema is broken.
   */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /** Waits for the transaction under way. Idempotent. */
  close(): Promise<void>;
}
