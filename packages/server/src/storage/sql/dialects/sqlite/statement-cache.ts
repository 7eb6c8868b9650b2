/**
 * Prepared statements by their text: preparing one takes longer than running most. Invariant: a statement that is still being read from is
 * not given to a second reader.
 */
import type { Statement } from 'better-sqlite3';
import type { SqliteConnection } from './connect-sqlite.ts';

const MAX_STATEMENTS = 256;
/** Longer ones are lists of values, hardly ever the same twice. */
const MAX_TEXT = 8192;

export function createStatementCache(connection: SqliteConnection): (text: string) => Statement {
  const statements = new Map<string, Statement>();
  return (text) => {
    const kept = statements.get(text);
    if (kept?.busy) return connection.prepare(text);
    const statement = kept ?? connection.prepare(text);
    if (text.length > MAX_TEXT) return statement;
    // The one that was used longest ago stands first.
    statements.delete(text);
    statements.set(text, statement);
    if (statements.size > MAX_STATEMENTS)
      for (const oldest of statements.keys()) {
        statements.delete(oldest);
        break;
      }
    return statement;
  };
}
