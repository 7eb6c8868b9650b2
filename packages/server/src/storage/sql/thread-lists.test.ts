import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openSqliteDatabase } from './dialects/sqlite/open-sqlite-database.ts';
import { scopedMessages } from './messages.ts';
import { scopedRunSteps } from './run-steps.ts';
import { scopedRuns } from './runs.ts';
import type { SqlDatabase } from './sql-database.ts';
import { openSqliteFixture, type SqliteFixture } from './testing/sqlite-fixture.ts';

let fixture: SqliteFixture;
let database: SqlDatabase;
let asked: RootOperationNode[];

/** Records statements. */
const listening: KyselyPlugin = {
  transformQuery: ({ node }) => {
    asked.push(node);
    return node;
  },
  transformResult: async ({ result }) => result,
};

beforeEach(async () => {
  asked = [];
  fixture = await openSqliteFixture(systemClock, createIdSource(systemClock));
  const opened = await openSqliteDatabase(fixture.path);
  database = { ...opened, reader: opened.reader.withPlugin(listening) };
});

afterEach(async () => {
  await database.close();
  await fixture.dispose();
});

/** The query plans of the statements recorded since the last call. */
async function plans(): Promise<string[]> {
  const executor = database.reader.withoutPlugins().getExecutor();
  const lines = asked.splice(0).map(async (node) => {
    const { sql, parameters, queryId } = executor.compileQuery(node, { queryId: 'plan' });
    void queryId;
    const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await executor.executeQuery<{ detail: string }>(plan);
    return rows.map(({ detail }) => detail);
  });
  return (await Promise.all(lines)).flat();
}

it('reads pages of messages, runs and steps of a thread from their indexes only', async () => {
  const messages = scopedMessages(database, 'proj_1');
  const runs = scopedRuns(database, 'proj_1');
  const steps = scopedRunSteps(database, 'proj_1');
  const page = { limit: 20, order: 'desc' } as const;
  await messages.list('thread_1', page);
  expect(await plans()).toEqual([expect.stringMatching(/^SEARCH messages USING INDEX \S+ \(thread_id=\?\)$/)]);
  await messages.list('thread_1', { ...page, runId: 'run_1' });
  expect(await plans()).toEqual(['SEARCH messages USING INDEX messages_by_run (thread_id=? AND run_id=?)']);
  await runs.list('thread_1', page);
  expect(await plans()).toEqual(['SEARCH runs USING INDEX runs_by_creation (thread_id=?)']);
  await steps.list('run_1', page);
  expect(await plans()).toEqual(['SEARCH run_steps USING INDEX run_steps_by_run (run_id=?)']);
  await steps.listCalls('thread_1', { after: 5, before: 9 });
  expect(await plans()).toEqual([
    'SEARCH run_steps USING INDEX run_steps_with_calls (thread_id=? AND seq>? AND seq<?)',
  ]);
});
