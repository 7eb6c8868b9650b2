/**
 * Signals over PostgreSQL: LISTEN on one channel with the topic as payload, from the first subscription on. Invariant:
 * after a reconnect all subscribers are woken, because notifications may have been missed.
 */
import type { Client } from 'pg';
import { createTopics } from '../../topics.ts';
import { createClient } from './connect-postgres.ts';

export const CHANNEL = 'selfsame';
const RECONNECT_MS = 500;
const MAX_RECONNECT_MS = 10_000;

export function listenPostgres(url: string) {
  const topics = createTopics();
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let stopped = false;

  function lost(which: Client): void {
    if (client !== which) return;
    client = undefined;
    void which.end().catch(() => undefined);
    if (stopped) return;
    timer = setTimeout(connect, Math.min(RECONNECT_MS * 2 ** failures, MAX_RECONNECT_MS));
    timer.unref();
    failures += 1;
  }

  function connect(): void {
    timer = undefined;
    const connecting = createClient(url);
    client = connecting;
    connecting.on('error', () => lost(connecting));
    connecting.on('end', () => lost(connecting));
    connecting.on('notification', ({ payload }) => topics.emit(payload ?? ''));
    connecting
      .connect()
      .then(() => connecting.query(`listen ${CHANNEL}`))
      .then(
        () => {
          failures = 0;
          topics.emitAll();
        },
        () => lost(connecting),
      );
  }

  return {
    emit: topics.emit,
    subscribe(topic: string, wake: () => void): () => void {
      if (client === undefined && timer === undefined && !stopped) connect();
      return topics.subscribe(topic, wake);
    },
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
