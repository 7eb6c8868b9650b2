/**
 * What a dialect gives to the repositories: reading, writing in a transaction, waking. What differs between databases stands in
 * `DialectFacts`; everything else about a database stays in its folder.
 */
import type { CompiledQuery, Kysely, RawBuilder, Transaction } from 'kysely';
import type { Signals } from '../repositories/signals.ts';
import type { ChunkScore, WordsQuery } from '../repositories/vector-stores.ts';
import type { Schema } from './schema.ts';
import type { VectorAccelerator } from './vector-accelerator.ts';

export type Reader = Kysely<Schema>;
export type Writer = Transaction<Schema>;

/** A table with the columns `key`, `chunk_key` and `embedding` that the database can compare. */
export interface VectorTable {
  readonly name: string;
  /** The cosine of a column of vectors and a vector, all of length 1. */
  cosine(column: RawBuilder<unknown>, vector: Float32Array): RawBuilder<number>;
  /** Where it is not `text_chunk_vectors`: puts in what was put in there. */
  insert?(writer: Writer, rows: readonly VectorRow[]): Promise<void>;
}

export interface VectorRow {
  key: number;
  chunkKey: number;
  vector: Float32Array;
}

export interface DialectFacts {
  readonly name: 'sqlite' | 'postgres';
  /** `FOR UPDATE SKIP LOCKED`: writers run side by side. Without it a transaction holds the one write lock from its start. */
  readonly supportsSkipLocked: boolean;
  /** Now by the database's clock, in Unix milliseconds. */
  readonly nowMs: RawBuilder<number>;
  /** A row per element of a JSON array, in the column `value`, whose own elements are `value ->> 0` and so on. */
  jsonRows(json: string): RawBuilder<unknown>;
  /** Whole numbers as a list for `in`: the statement is the same for however many. */
  inList(numbers: readonly number[]): RawBuilder<unknown>;
  /** Bytes of a text of hexadecimal digits. */
  fromHex(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Where the database itself compares vectors. */
  readonly vectors?: VectorTable | undefined;
  /** What compares vectors, for people. */
  readonly comparing: string;
}

/** Wakes the subscribers of `topic` once the transaction has committed. */
export type Signal = (topic: string) => void;

/** Runs a compiled query and answers its rows. */
export type LongRead = <Row>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => Promise<Row[]>;

export interface SqlDatabase {
  readonly facts: DialectFacts;
  /** Sees what is committed, at once. Never used for writing. */
  readonly reader: Reader;
  /** For reads that take long, where `reader` would hold up the whole process; never inside of a transaction. */
  readonly longRead?: LongRead | undefined;
  /** Finds by words in a large store, beside the event loop; never inside of a transaction. */
  readonly searchApart?: ((projectId: string, query: WordsQuery) => Promise<ChunkScore[]>) | undefined;
  /** Names candidates in large stores; never inside of a transaction. */
  readonly accelerator?: VectorAccelerator | undefined;
  /**
   * Runs `work` in one transaction; an error rolls it back and is thrown. `work` awaits nothing but `writer`; a `write` inside of
   * another's `work` is refused. Where `supportsSkipLocked`, two transactions may run at once: what must not change between a look
   * and a write is locked with `lock`. Throws ConstraintViolation where a rule of the schema is broken, the ApiError
   * `storage_unavailable` where the database is full or gone.
   */
  write<T>(work: (writer: Writer, signal: Signal) => Promise<T>): Promise<T>;
  /** Until the end of the transaction nobody else gets a lock of this name. Free where the write lock is held anyway. */
  lock(writer: Writer, name: string): Promise<void>;
  readonly signals: Signals;
  /** Waits for the transactions under way. Idempotent. */
  close(): Promise<void>;
}

/** The same database as seen from inside a transaction: what is built on it reads and writes there. */
export function within(database: SqlDatabase, writer: Writer, signal: Signal): SqlDatabase {
  const outside = { longRead: undefined, searchApart: undefined, accelerator: undefined };
  return { ...database, ...outside, reader: writer, write: (work) => work(writer, signal) };
}
