/**
 * Transactions that wait at the same time are committed together: an fsync takes longer than most of them. Invariants: they run one after the
 * other, each in its own caller's context; one that fails leaves nothing behind and takes no other with it; none is answered before the commit.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Schema } from '../../schema.ts';
import type { Writer } from '../../sql-database.ts';

/** After this a group is committed, and the others make the next one: nobody else gets a turn meanwhile. */
const MAX_GROUP_MS = 20;

interface Entry {
  run(writer: Writer): Promise<void>;
  done(): void;
  fail(error: unknown): void;
}

export interface GroupCommitOptions {
  writer: Kysely<Schema>;
  /** Whether a transaction is open: after a full disk or an I/O error SQLite has rolled it back by itself. */
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
    const answer = Promise.withResolvers<T>();
    const inContext = AsyncLocalStorage.snapshot();
    let settle: () => void = () => undefined;
    this.#waiting.push({
      run: (transaction) =>
        inContext(async () => {
          const value = await work(transaction);
          settle = () => answer.resolve(value);
        }),
      done: () => settle(),
      fail: answer.reject,
    });
    this.#schedule();
    return answer.promise;
  }

  /** Not at once: whoever comes in the same turn of the event loop comes along. */
  #schedule(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    this.#busy = true;
    setImmediate(() => void this.#runGroup());
  }

  async #runGroup(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const entered: Entry[] = [];
    let begun = false;
    try {
      await this.#options.writer.transaction().execute(async (transaction) => {
        begun = true;
        await this.#runEntries(transaction, group, entered);
      });
      for (const entry of entered) entry.done();
    } catch (error) {
      for (const entry of begun ? entered : group.splice(0)) entry.fail(error);
    } finally {
      this.#waiting = [...group, ...this.#waiting];
      this.#busy = false;
      this.#schedule();
    }
  }

  /** Takes from `group` what it runs, and adds to `entered` what is to be answered with the commit. */
  async #runEntries(transaction: Writer, group: Entry[], entered: Entry[]): Promise<void> {
    const until = performance.now() + MAX_GROUP_MS;
    const alone = group.length === 1;
    for (let entry = group.shift(); entry !== undefined; entry = group.shift()) {
      if (alone) {
        entered.push(entry);
        await entry.run(transaction);
      } else if (await this.#runApart(transaction, entry)) entered.push(entry);
      if (performance.now() > until) return;
    }
  }

  /** False where it failed and was undone. Throws where that has ended the transaction of all. */
  async #runApart(transaction: Writer, entry: Entry): Promise<boolean> {
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

/** Answers what runs some work in a transaction, and resolves with what it answers when that is committed. */
export function createGroupCommit(
  options: GroupCommitOptions,
): <T>(work: (writer: Writer) => Promise<T>) => Promise<T> {
  const groups = new GroupCommit(options);
  return (work) => groups.execute(work);
}
