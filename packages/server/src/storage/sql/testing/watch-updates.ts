/**
 * For tests: records the tables that SQLite opens to run an update. SQLite reads the rows that reference an updated row
 * when the update sets a column of the referenced key, even to the same value; the cost grows with the number of those
 * rows.
 */
import type { Database, Statement } from 'better-sqlite3';

const UPDATE = /\bupdate "(\w+)"|^insert into "(\w+)".*\bdo update set\b/is;

interface Instruction {
  addr: number;
  opcode: string;
  /** The root page of an open, or the address of a jump. */
  p2: number;
}

interface ForeignKey {
  name: string;
  table: string;
}

/** Records, from now on and for any connection, each prepared update with the referencing tables that it opens. */
export function watchUpdates(prototype: Database): ReadonlyMap<string, readonly string[]> {
  const updates = new Map<string, readonly string[]>();
  const { prepare } = prototype;
  prototype.prepare = function watched(this: Database, text: string) {
    const statement = prepare.call(this, text);
    const [, updated, upserted] = UPDATE.exec(text) ?? [];
    const table = updated ?? upserted;
    if (table !== undefined && !updates.has(text)) {
      const rows = (query: string, ...values: object[]) =>
        prepare.call<Database, [string], Statement>(this, query).all(...values) as never[];
      updates.set(text, openedReferrers(rows, table, text));
    }
    return statement;
  } as Database['prepare'];
  return updates;
}

type Rows = <Row>(query: string, ...values: object[]) => Row[];

function openedReferrers(rows: Rows, updated: string, text: string): string[] {
  const parameters = text.includes('?') ? [{ 1: null }] : [];
  const program = rows<Instruction>(`explain ${text.replaceAll('?', '?1')}`, ...parameters);
  const opens = program.filter(({ opcode }) => /^Open(Read|Write)$/.test(opcode));
  // These are skipped unless a foreign key is violated.
  const skipped = program.filter(({ opcode }) => opcode === 'FkIfZero');
  const isSkipped = (addr: number) => skipped.some((jump) => jump.addr < addr && addr < jump.p2);
  const opened = new Set(opens.filter(({ addr }) => !isSkipped(addr)).map(({ p2 }) => p2));
  const roots = rows<{ table: string; root: number }>(
    'select tbl_name as "table", rootpage as root from sqlite_schema',
  );
  const tables = new Set(roots.filter(({ root }) => opened.has(root)).map(({ table }) => table));
  const keys = rows<ForeignKey>(
    `select schema.name, keys."table" from sqlite_schema as schema, pragma_foreign_key_list(schema.name) as keys
     where schema.type = 'table'`,
  );
  const referring = keys.filter(({ table, name }) => table === updated && tables.has(name)).map(({ name }) => name);
  return [...new Set(referring)];
}
