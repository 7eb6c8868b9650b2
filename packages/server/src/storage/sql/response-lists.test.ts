import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import type { ProjectRepositories, Transactional } from '../repositories/repositories.ts';
import { RESPONSE } from '../repositories/testing/records.ts';
import { scopedConversationItems } from './conversation-items.ts';
import { openSqliteDatabase } from './dialects/sqlite/open-sqlite-database.ts';
import { scopedResponseItems } from './response-items.ts';
import type { SqlDatabase } from './sql-database.ts';
import { openSqliteFixture, type SqliteFixture } from './testing/sqlite-fixture.ts';

const CHAIN = 1000;
const ids = createIdSource(systemClock);

let fixture: SqliteFixture;
let database: SqlDatabase;
let repositories: Transactional<ProjectRepositories>;
let projectId: string;
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
  fixture = await openSqliteFixture(systemClock, ids);
  const opened = await openSqliteDatabase(fixture.path);
  database = { ...opened, reader: opened.reader.withPlugin(listening) };
  ({ projectId } = await fixture.repositories.system().installation.retrieve());
  repositories = fixture.repositories.forProject(projectId);
});

afterEach(async () => {
  await database.close();
  await fixture.dispose();
});

/** The query plans of the statements recorded since the last call. */
async function plans(): Promise<string[]> {
  const executor = database.reader.withoutPlugins().getExecutor();
  const lines = asked.splice(0).map(async (node) => {
    const { sql, parameters } = executor.compileQuery(node, { queryId: 'plan' });
    const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await executor.executeQuery<{ detail: string }>(plan);
    return rows.map(({ detail }) => detail);
  });
  return (await Promise.all(lines)).flat();
}

const item = (text: string) => ({ id: ids('msg_'), data: { text } });

/** Creates a chain of responses. Returns the last one. */
async function createChain(length: number): Promise<string> {
  return repositories.transaction(async ({ responses, responseItems }) => {
    let previousResponseId: string | null = null;
    for (let number = 0; number < length; number += 1) {
      const id = ids('resp_');
      await responses.create({ ...RESPONSE, id, previousResponseId }, [item(`question ${number}`)]);
      await responseItems.append(id, [item(`answer ${number}`)]);
      previousResponseId = id;
    }
    return previousResponseId ?? '';
  });
}

it('reads a page of the history of 1,000 responses with one range of an index', async () => {
  const last = await createChain(CHAIN);
  const items = scopedResponseItems(database, projectId);
  const page = await items.listHistory(last, { limit: 50 });
  expect(page?.items.map(({ data }) => data['text'])).toEqual(
    Array.from({ length: 25 }, (_, index) => [`answer ${CHAIN - 1 - index}`, `question ${CHAIN - 1 - index}`]).flat(),
  );
  expect(await plans()).toEqual([
    'SEARCH responses USING INDEX sqlite_autoindex_responses_2 (id=? AND project_id=?)',
    'SEARCH response_chains USING INDEX sqlite_autoindex_response_chains_1 (id=?)',
    'SEARCH response_items USING INDEX sqlite_autoindex_response_items_1 (chain_id=? AND position<?)',
  ]);
  const whole = await items.listHistory(last, { limit: 2 * CHAIN });
  expect([whole?.items.length, whole?.items.at(-1)?.data['text']]).toEqual([2 * CHAIN, 'question 0']);
  expect(await plans()).toHaveLength(3);
}, 60_000);

it('reads items of responses and conversations from their indexes only', async () => {
  const items = scopedResponseItems(database, 'proj_1');
  const conversationItems = scopedConversationItems(database, 'proj_1');
  await items.listInput('resp_1', { limit: 20 });
  await items.listOutput('resp_1');
  const ofResponse = 'SEARCH response_items USING INDEX response_items_by_response (response_id=? AND kind=?)';
  expect(await plans()).toEqual([ofResponse, ofResponse]);
  await conversationItems.list('conv_1', { limit: 20, order: 'desc' });
  await conversationItems.listBefore('conv_1', { before: 9, limit: 50 });
  expect(await plans()).toEqual([
    expect.stringMatching(/^SEARCH conversation_items USING INDEX \S+ \(conversation_id=\?\)$/),
    expect.stringMatching(/^SEARCH conversation_items USING INDEX \S+ \(conversation_id=\? AND seq<\?\)$/),
  ]);
});
