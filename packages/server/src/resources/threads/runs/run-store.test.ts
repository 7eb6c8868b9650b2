import { createModelRegistry } from '../../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../../engines/scripted/language-model.ts';
import { describeLoopStore } from '../../../generation/loop/loop-store.conformance.ts';
import { createManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { MESSAGE, RUN, THREAD } from '../../../storage/repositories/testing/records.ts';
import { openSqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';
import { createRunOutput } from './run-output.ts';
import { createRunStore } from './run-store.ts';

describeLoopStore('of runs', async () => {
  const clock = createManualClock(1_800_000_000_000);
  const ids = createIdSource(clock);
  const fixture = await openSqliteFixture(clock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const repositories = fixture.repositories.forProject(projectId);
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  const model = createScriptedLanguageModel();
  const facts = { id: model.modelId, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  await models.replace([{ ...facts, kind: 'chat', open: async () => model }]);
  const [threadId, runId] = [ids('thread_'), ids('run_')];
  await repositories.threads.create({ ...THREAD, id: threadId, createdAt: clock.now() });
  const content = [{ type: 'text', text: { value: 'hello', annotations: [] } }];
  await repositories.messages.create(threadId, [{ ...MESSAGE, id: ids('msg_'), content, createdAt: clock.now() }]);
  await repositories.threads.beginRun(threadId, runId);
  const expiresAt = clock.now() + 600_000;
  const run = { ...RUN, id: runId, threadId, model: model.modelId, createdAt: clock.now(), expiresAt };
  await repositories.runs.create(run);
  const job = { repositories, finish: repositories.transaction };
  return {
    store: createRunStore(job, { clock, ids, models }, { threadId, runId }),
    output: createRunOutput(),
    remove: async () => void (await repositories.threads.delete(threadId)),
    async usage() {
      const { records } = await repositories.usageEvents.list({ limit: 100 });
      return records.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]);
    },
    async dispose() {
      await models.close();
      await fixture.dispose();
    },
  };
});
