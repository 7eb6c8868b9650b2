/**
 * Checks that the reads of a change of a thread do not depend on the size of the thread, by the bytes that this OS
 * thread reads from files.
 */
import { existsSync, readFileSync } from 'node:fs';
import SqliteFile from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import type { ProjectRepositories } from '../repositories/repositories.ts';
import { MESSAGE, RUN } from '../repositories/testing/records.ts';
import { openSqliteFixture } from './testing/sqlite-fixture.ts';

const IO = '/proc/thread-self/io';
const PAGE_BYTES = 4096;
/** Allowance for the B-tree levels that tables and indexes gain from 100 to 100,000 rows, a few pages each. */
const MAX_MORE_PAGES = 12;

const pagesRead = () => Number(/^rchar: (\d+)$/m.exec(readFileSync(IO, 'utf8'))?.[1]) / PAGE_BYTES;

const clock = createManualClock(Date.UTC(2026, 0, 1));
const ids = createIdSource(clock);

const message = () => ({
  ...MESSAGE,
  id: ids('msg_'),
  createdAt: clock.now(),
  content: [{ type: 'text' as const, text: { value: 'A message of a long thread.', annotations: [] } }],
});

const run = (threadId: string, projectId: string) => ({
  ...RUN,
  id: ids('run_'),
  threadId,
  projectId,
  createdAt: clock.now(),
});

/** The measured changes. */
const CHANGES: Readonly<Record<string, (scope: ProjectRepositories, threadId: string, projectId: string) => unknown>> =
  {
    'threads.lock': ({ threads }, id) => threads.lock(id),
    'threads.update': ({ threads }, id) => threads.update(id, { metadata: { a: 'b' } }),
    'messages.create': ({ messages }, id) => messages.create(id, [message()]),
    'threads.beginRun': ({ threads }, id) => threads.beginRun(id, 'run_1'),
    'threads.endRun': ({ threads }, id) => threads.endRun(id, 'run_1'),
    'runs.create': ({ runs }, id, projectId) => runs.create(run(id, projectId)),
  };

async function readPerChange(count: number): Promise<Record<string, number>> {
  const fixture = await openSqliteFixture(clock, ids);
  try {
    const { projectId } = await fixture.repositories.system().installation.retrieve();
    const scope = fixture.repositories.forProject(projectId);
    const threadId = ids('thread_');
    await scope.threads.create({ id: threadId, createdAt: clock.now(), toolResources: {}, metadata: {} });
    await scope.messages.create(threadId, Array.from({ length: count }, message));
    copyRuns(fixture.path, run(threadId, projectId), count);
    const read: Record<string, number> = {};
    for (const [name, change] of Object.entries(CHANGES)) {
      // A new connection, whose page cache is empty.
      const fresh = (await fixture.openAgain()).forProject(projectId);
      await fresh.threads.retrieve('none');
      const before = pagesRead();
      await change(fresh, threadId, projectId);
      read[name] = pagesRead() - before;
    }
    return read;
  } finally {
    await fixture.dispose();
  }
}

/** Inserts this many completed runs in one transaction. */
function copyRuns(path: string, { threadId, projectId }: { threadId: string; projectId: string }, count: number): void {
  const file = new SqliteFile(path);
  const columns = `id, project_id, thread_id, assistant_id, status, model, definition, metadata, calls, prompt_tokens,
    completion_tokens, attempt, created_at, expires_at`;
  file
    .prepare(
      `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
       insert into runs (${columns})
       select 'run_' || n, ?, ?, 'asst_1', 'completed', 'nano', '{}', '{}', '[]', 0, 0, 1, n, n from numbers`,
    )
    .run(count, projectId, threadId);
  file.close();
}

it.skipIf(!existsSync(IO))(
  'a change of a thread of 100,000 messages and runs reads as much of the database as one of a thread of 100',
  async () => {
    const [small, large] = [await readPerChange(100), await readPerChange(100_000)];
    for (const name of Object.keys(CHANGES)) {
      expect((large[name] ?? 0) - (small[name] ?? 0), name).toBeLessThan(MAX_MORE_PAGES);
    }
  },
  60_000,
);
