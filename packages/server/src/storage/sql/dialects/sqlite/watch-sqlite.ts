/**
 * Signals over a SQLite file: in this process by the commit itself, from other processes by looking at `data_version`, which changes when
 * another connection has committed. Asked on the writer's connection, so that this process's own writes do not show.
 */
import { createTopics } from '../../topics.ts';
import type { SqliteConnection } from './connect-sqlite.ts';

/** Some microseconds of work each; only while somebody listens. */
const LOOK_MS = 50;

export function watchSqlite(connection: SqliteConnection) {
  const topics = createTopics();
  let timer: NodeJS.Timeout | undefined;
  let seen: unknown;

  /** Inside of a transaction the version stands still; the look after it sees what has come. */
  function version(): unknown {
    try {
      return connection.pragma('data_version', { simple: true });
    } catch {
      // Whoever reads or writes next is told what is wrong with the file.
      return seen;
    }
  }

  function look(): void {
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
      const leave = topics.subscribe(topic, wake);
      if (timer === undefined) {
        seen = version();
        timer = setInterval(look, LOOK_MS);
        timer.unref();
      }
      return () => {
        leave();
        if (topics.size === 0) stop();
      };
    },
    stop,
  };
}
