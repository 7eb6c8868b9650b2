/**
 * Rows of any table as they travel between a database and a backup. Invariants: what is read is one moment of the database, also while
 * others write; what is written is all or nothing. Each dialect has one of these.
 */

export type Row = Record<string, string | number | null | Uint8Array>;

export interface TableRows {
  table: string;
  /** A part of the table's rows: never all of a large one. */
  rows: Row[];
}

export interface StoredRows {
  /** The rows of the tables that exist, in the given order. */
  read(tables: readonly string[]): AsyncIterable<TableRows>;
  /** Into empty tables; refers to others in any order where the database allows it, else in the order of `groups`. */
  write(groups: AsyncIterable<TableRows>): Promise<void>;
  /** Whether any of the tables has a row. */
  anyRow(tables: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}
