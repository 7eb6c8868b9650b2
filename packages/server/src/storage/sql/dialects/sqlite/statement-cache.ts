/**
 * Caches prepared statements by their text, because preparing a statement takes longer than running most. Invariant: a
 * statement that is still being iterated is not shared.
 */
import type { Statement } from 'better-sqlite3';
import type { SqliteConnection } from './connect-sqlite.ts';

const MAX_STATEMENTS = 256;
/** Longer statements are lists of values, which rarely repeat. */
const MAX_TEXT_CHARACTERS = 8192;

export function createStatementCache(connection: SqliteConnection): (text: string) => Statement {
  const statements = new Map<string, Statement>();
  return (text) => {
    const kept = statements.get(text);
    if (kept?.busy) return connection.prepare(text);
    const statement = kept ?? connection.prepare(text);
    if (text.length > MAX_TEXT_CHARACTERS) return statement;
    // Insertion order is the order of use: the least recently used statement is first.
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
