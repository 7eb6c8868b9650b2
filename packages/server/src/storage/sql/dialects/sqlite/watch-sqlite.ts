/**
 * Signals over a SQLite file. Commits of this process emit directly; commits of other processes are detected by polling
 * `data_version`. The poll uses the writer connection, whose own commits do not change that version.
 */
import { createTopics } from '../../topics.ts';
import type { SqliteConnection } from './connect-sqlite.ts';

/** A poll takes some microseconds and runs only while there are subscribers. */
const POLL_MS = 50;

export function watchSqlite(connection: SqliteConnection) {
  const topics = createTopics();
  let timer: NodeJS.Timeout | undefined;
  let seen: unknown;

  /** The version does not change during a transaction; the next poll detects the commits of that time. */
  function version(): unknown {
    try {
      return connection.pragma('data_version', { simple: true });
    } catch {
      // The next read or write reports the error of the file.
      return seen;
    }
  }

  function poll(): void {
    const now = version();
    if (now === seen) return;
    seen = now;
    topics.emitAll();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    emit: topics.emit,
    subscribe(topic: string, wake: () => void): () => void {
      const unsubscribe = topics.subscribe(topic, wake);
      if (timer === undefined) {
        seen = version();
        timer = setInterval(poll, POLL_MS);
        timer.unref();
      }
      return () => {
        unsubscribe();
        if (topics.size === 0) stop();
      };
    },
    stop,
  };
}
