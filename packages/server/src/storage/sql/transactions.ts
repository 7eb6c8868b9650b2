/**
 * The part of `write` that all dialects share: refuses transactions after close and nested ones, and wakes subscribers
 * after the commit. Invariant: a nested transaction, which would deadlock, fails immediately.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Signal, Writer } from './sql-database.ts';

export interface TransactionsOptions {
  /** Names the database in errors. */
  location: string;
  /** Runs the work in a transaction that is committed when it resolves. */
  execute<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /** Runs in the transaction after the work, with the topics that it signalled. */
  announce?: ((writer: Writer, topics: ReadonlySet<string>) => Promise<void>) | undefined;
  emit: (topic: string) => void;
}

interface RunningTransaction {
  location: string;
  /** A timer that was set in a transaction may fire after it. */
  hasEnded: boolean;
}

const current = new AsyncLocalStorage<RunningTransaction>();

export function createTransactions({ location, execute, announce, emit }: TransactionsOptions) {
  const pending = new Set<Promise<unknown>>();
  let closed = false;

  async function run<T>(work: (writer: Writer, signal: Signal) => Promise<T>, topics: Set<string>): Promise<T> {
    const context: RunningTransaction = { location, hasEnded: false };
    try {
      return await current.run(context, () =>
        execute(async (transaction) => {
          const value = await work(transaction, (topic) => topics.add(topic));
          if (topics.size > 0) await announce?.(transaction, topics);
          return value;
        }),
      );
    } finally {
      context.hasEnded = true;
    }
  }

  return {
    async write<T>(work: (writer: Writer, signal: Signal) => Promise<T>): Promise<T> {
      if (closed) throw new Error(`The database ${location} is closed.`);
      const outer = current.getStore();
      if (outer?.location === location && !outer.hasEnded)
        throw new Error('A transaction was begun inside of another one.');
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
    /** Refuses new transactions and waits for running ones. */
    async finish(): Promise<void> {
      closed = true;
      await Promise.allSettled(pending);
    },
  };
}
