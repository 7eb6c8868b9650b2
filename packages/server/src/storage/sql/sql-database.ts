/**
 * The interface of a dialect to the repositories: reads, transactions and signals. `DialectFacts` has the differences
 * between databases; everything else about a database stays in its folder.
 */
import type { CompiledQuery, Kysely, RawBuilder, Transaction } from 'kysely';
import type { Signals } from '../repositories/repositories.ts';
import type { Schema } from './schema.ts';

export type Reader = Kysely<Schema>;
export type Writer = Transaction<Schema>;

/** A table with the columns `key`, `chunk_key` and `embedding`, whose vectors the database can compare. */
export interface VectorTable {
  readonly name: string;
  /** The cosine of a column of vectors and a vector, all of length 1. */
  cosine(column: RawBuilder<unknown>, vector: Float32Array): RawBuilder<number>;
  /** Copies rows that were inserted into `text_chunk_vectors`, where this is a different table. */
  insert?(writer: Writer, rows: readonly VectorRow[]): Promise<void>;
}

export interface VectorRow {
  key: number;
  chunkKey: number;
  vector: Float32Array;
}

export interface DialectFacts {
  readonly name: 'sqlite' | 'postgres';
  /**
   * `FOR UPDATE SKIP LOCKED`: writers run side by side. Without it a transaction holds the one write lock from its
   * start.
   */
  readonly supportsSkipLocked: boolean;
  /** Now by the database's clock, in Unix milliseconds. */
  readonly nowMs: RawBuilder<number>;
  /** A row per element of a JSON array, in the column `value`, whose own elements are `value ->> 0` and so on. */
  jsonRows(json: string): RawBuilder<unknown>;
  /** Integers as a list for `in`. The SQL text does not depend on their number. */
  inList(numbers: readonly number[]): RawBuilder<unknown>;
  /** Bytes of a text of hexadecimal digits. */
  fromHex(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Set where the database itself compares vectors. */
  readonly vectors?: VectorTable | undefined;
  /** Human-readable name of the vector comparison in use. */
  readonly comparing: string;
}

/** Wakes the subscribers of `topic` once the transaction has committed. */
export type Signal = (topic: string) => void;

/** Runs a compiled query and returns its rows. */
export type LongRead = <Row>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => Promise<Row[]>;

export interface SqlDatabase {
  readonly facts: DialectFacts;
  /** Reads committed data. Never used for writes. */
  readonly reader: Reader;
  /** For long reads, where `reader` would block the event loop. Never used inside a transaction. */
  readonly longRead?: LongRead | undefined;
  /**
   * Runs `work` in one transaction; an error rolls it back and is rethrown. `work` awaits nothing but `writer`; a
   * nested `write` throws. Where `supportsSkipLocked`, two transactions may run at once: use `lock` for rows that must
   * not change between a read and a write. Throws ConstraintViolation when a rule of the schema is broken, and the
   * ApiError `storage_unavailable` when the database is full or unreachable.
   */
  write<T>(work: (writer: Writer, signal: Signal) => Promise<T>): Promise<T>;
  /** Takes the named lock until the end of the transaction. A no-op where a transaction holds the only write lock. */
  lock(writer: Writer, name: string): Promise<void>;
  readonly signals: Signals;
  /** Waits for running transactions. Idempotent. */
  close(): Promise<void>;
}

/** The same database, with all reads and writes inside the transaction. */
export function within(database: SqlDatabase, writer: Writer, signal: Signal): SqlDatabase {
  return { ...database, longRead: undefined, reader: writer, write: (work) => work(writer, signal) };
}
