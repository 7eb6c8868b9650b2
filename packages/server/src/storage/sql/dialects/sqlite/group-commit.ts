/**
 * Group commit: waiting transactions share one commit, because an fsync takes longer than most of them. Invariants:
 * they run one after another, each in the async context of its caller; a failed one is rolled back alone; none resolves
 * before the commit.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { Writer } from '../../sql-database.ts';

/**
 * Maximum run time of a group, during which the event loop is blocked. The remaining transactions form the next group.
 */
const MAX_GROUP_MS = 20;

interface Entry {
  run(writer: Writer): Promise<void>;
  done(): void;
  fail(error: unknown): void;
}

export interface GroupCommitOptions {
  writer: Kysely<Schema>;
  /** Whether a transaction is open. SQLite rolls it back on its own after a full disk or an I/O error. */
  inTransaction: () => boolean;
}

const SAVEPOINT = CompiledQuery.raw('savepoint one');
const RELEASE = CompiledQuery.raw('release one');
const ROLLBACK = CompiledQuery.raw('rollback to one');

class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Entry[] = [];
  #busy = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  execute<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const result = Promise.withResolvers<T>();
    const inContext = AsyncLocalStorage.snapshot();
    let settle: () => void = () => undefined;
    this.#waiting.push({
      run: (transaction) =>
        inContext(async () => {
          const value = await work(transaction);
          settle = () => result.resolve(value);
        }),
      done: () => settle(),
      fail: result.reject,
    });
    this.#schedule();
    return result.promise;
  }

  /** Delays the group by one turn of the event loop, so that transactions of the same turn join it. */
  #schedule(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    this.#busy = true;
    setImmediate(() => void this.#runGroup());
  }

  async #runGroup(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const entered: Entry[] = [];
    let hasStarted = false;
    try {
      await this.#options.writer.transaction().execute(async (transaction) => {
        hasStarted = true;
        await this.#runEntries(transaction, group, entered);
      });
      for (const entry of entered) entry.done();
    } catch (error) {
      for (const entry of hasStarted ? entered : group.splice(0)) entry.fail(error);
    } finally {
      this.#waiting = [...group, ...this.#waiting];
      this.#busy = false;
      this.#schedule();
    }
  }

  /** Moves entries from `group` to `entered` as it runs them. Entries that fail are in neither. */
  async #runEntries(transaction: Writer, group: Entry[], entered: Entry[]): Promise<void> {
    const until = performance.now() + MAX_GROUP_MS;
    const isAlone = group.length === 1;
    for (let entry = group.shift(); entry !== undefined; entry = group.shift()) {
      if (isAlone) {
        entered.push(entry);
        await entry.run(transaction);
      } else if (await this.#runInSavepoint(transaction, entry)) entered.push(entry);
      if (performance.now() > until) return;
    }
  }

  /** False if the entry failed and was rolled back. Throws if the failure ended the transaction of the group. */
  async #runInSavepoint(transaction: Writer, entry: Entry): Promise<boolean> {
    await transaction.executeQuery(SAVEPOINT);
    try {
      await entry.run(transaction);
      await transaction.executeQuery(RELEASE);
      return true;
    } catch (error) {
      try {
        if (!this.#options.inTransaction()) throw error;
        await transaction.executeQuery(ROLLBACK);
        await transaction.executeQuery(RELEASE);
      } finally {
        entry.fail(error);
      }
      return false;
    }
  }
}

/** Returns a function that runs work in a transaction and resolves with its result after the commit. */
export function createGroupCommit(
  options: GroupCommitOptions,
): <T>(work: (writer: Writer) => Promise<T>) => Promise<T> {
  const groups = new GroupCommit(options);
  return (work) => groups.execute(work);
}
