import { createModelRegistry } from '../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import { describeLoopStore } from '../../generation/loop/loop-store.conformance.ts';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { createSealer } from '../../lib/sealer.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { openSqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { createCallItems } from './call-items.ts';
import { deleteResponse } from './end-response.ts';
import { createResponseOutput } from './response-output.ts';
import { createResponseStore } from './response-store.ts';
import { startResponse } from './start-response.ts';

const HELLO = { id: 'msg_hello', data: { id: 'msg_hello', type: 'message', role: 'user', content: 'hello' } };

interface Start {
  repositories: Transactional<ProjectRepositories>;
  /** Returns the conversation of the response, and its input. */
  prepare(): Promise<{ conversationId: string | null; input: (typeof HELLO)[] }>;
}

async function open(prepare: (repositories: Start['repositories']) => ReturnType<Start['prepare']>) {
  const clock = createManualClock(1_800_000_000_000);
  const ids = createIdSource(clock);
  const fixture = await openSqliteFixture(clock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const repositories = fixture.repositories.forProject(projectId);
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const model = createScriptedLanguageModel();
  const facts = { id: model.modelId, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  await models.replace([{ ...facts, kind: 'chat', open: async () => model }]);
  const { conversationId, input } = await prepare(repositories);
  const start = {
    id: ids('resp_'),
    model: model.modelId,
    request: {},
    metadata: {},
    previousResponseId: null,
    conversationId,
    background: true,
    stored: true,
    apiKeyId: null,
    createdAt: clock.now(),
  };
  const response = await repositories.transaction((tx) => startResponse(tx, start, input));
  const job = { repositories, finish: repositories.transaction };
  return {
    store: createResponseStore(job, { clock, ids, models, sealer: createSealer('secret') }, response),
    output: createResponseOutput(createCallItems(new Map())),
    remove: async () => void (await repositories.transaction((tx) => deleteResponse(tx, response.id))),
    async usage() {
      const { records } = await repositories.usageEvents.list({ limit: 100 });
      return records.map(({ inputTokens, outputTokens }): [number, number] => [inputTokens, outputTokens]);
    },
    async dispose() {
      await models.close();
      await fixture.dispose();
    },
  };
}

describeLoopStore('of responses', () => open(async () => ({ conversationId: null, input: [HELLO] })));

describeLoopStore('of responses in a conversation', () =>
  open(async ({ conversations }) => {
    await conversations.create({ id: 'conv_1', metadata: {}, createdAt: 0 }, [HELLO]);
    return { conversationId: 'conv_1', input: [] };
  }),
);
