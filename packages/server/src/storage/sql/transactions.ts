/**
 * What every dialect's `write` does around its transaction: refuses after close and inside of another one, and wakes subscribers after
 * the commit. Invariant: a transaction that waits for a second one of its own program is found at once, not as a stuck server.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Signal, Writer } from './sql-database.ts';

export interface TransactionsOptions {
  /** Names the database in errors. */
  place: string;
  /** Runs the work in a transaction that is committed when it resolves. */
  execute<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /** Runs inside the transaction after the work, with the topics that it signalled. */
  announce?: ((writer: Writer, topics: ReadonlySet<string>) => Promise<void>) | undefined;
  emit: (topic: string) => void;
}

interface UnderWay {
  place: string;
  /** A timer that was set inside of a transaction may fire after it. */
  over: boolean;
}

const underWay = new AsyncLocalStorage<UnderWay>();

export function createTransactions({ place, execute, announce, emit }: TransactionsOptions) {
  const pending = new Set<Promise<unknown>>();
  let closed = false;

  async function run<T>(work: (writer: Writer, signal: Signal) => Promise<T>, topics: Set<string>): Promise<T> {
    const context: UnderWay = { place, over: false };
    try {
      return await underWay.run(context, () =>
        execute(async (transaction) => {
          const value = await work(transaction, (topic) => topics.add(topic));
          if (topics.size > 0) await announce?.(transaction, topics);
          return value;
        }),
      );
    } finally {
      context.over = true;
    }
  }

  return {
    async write<T>(work: (writer: Writer, signal: Signal) => Promise<T>): Promise<T> {
      if (closed) throw new Error(`The database ${place} is closed.`);
      const outer = underWay.getStore();
      if (outer?.place === place && !outer.over) throw new Error('A transaction was begun inside of another one.');
      const topics = new Set<string>();
      const running = run(work, topics);
      pending.add(running);
      try {
        const result = await running;
        for (const topic of topics) emit(topic);
        return result;
      } finally {
        pending.delete(running);
      }
    },
    /** Refuses new transactions and waits for those under way. */
    async finish(): Promise<void> {
      closed = true;
      await Promise.allSettled(pending);
    },
  };
}
