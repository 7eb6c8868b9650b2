/** The dialect facts of SQLite. */
import { sql } from 'kysely';
import type { DialectFacts } from '../../sql-database.ts';

export const SQLITE_FACTS: DialectFacts = {
  name: 'sqlite',
  supportsSkipLocked: false,
  comparing: 'this process',
  nowMs: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  jsonRows: (json) => sql`json_each(${json})`,
  inList: (numbers) => sql`(select value from json_each(${JSON.stringify(numbers)}))`,
  fromHex: (text) => sql`unhex(${text})`,
};
