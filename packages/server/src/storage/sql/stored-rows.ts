/**
 * Reads and writes rows of any table for backups; implemented by each dialect. Invariants: a read is a consistent
 * snapshot, also while others write; a write is all or nothing.
 */

export type Row = Record<string, string | number | null | Uint8Array>;

export interface TableRows {
  table: string;
  /** A part of the rows; large tables come in several parts. */
  rows: Row[];
}

export interface StoredRows {
  /** Reads the existing tables in the given order. */
  read(tables: readonly string[]): AsyncIterable<TableRows>;
  /**
   * Writes into empty tables. References are checked at the commit where the database supports it, else in the order of
   * `groups`.
   */
  write(groups: AsyncIterable<TableRows>): Promise<void>;
  /** Whether one of the tables has a row. */
  anyRow(tables: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}
