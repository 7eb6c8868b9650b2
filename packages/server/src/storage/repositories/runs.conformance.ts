/** The part of the conformance suite about runs and their steps. */
import { describe, expect, it } from 'vitest';
import type { NewRunStep } from './run-steps.ts';
import type { RunRecord } from './runs.ts';
import type { Cases } from './testing/cases.ts';
import { MESSAGE, RUN, RUN_STEP, THREAD } from './testing/records.ts';

export function describeRuns({ fixture, clock, ids, installation }: Cases): void {
  const scopeOf = (projectId: string) => fixture().repositories.forProject(projectId);

  async function createThread(): Promise<{ projectId: string; threadId: string }> {
    const { projectId } = await installation();
    const threadId = ids('thread_');
    await scopeOf(projectId).threads.create({ ...THREAD, id: threadId, createdAt: clock.now() });
    return { projectId, threadId };
  }

  function runOf(thread: { projectId: string; threadId: string }, fields: Partial<RunRecord> = {}): RunRecord {
    return {
      ...RUN,
      ...thread,
      id: ids('run_'),
      definition: {
        ...RUN.definition,
        instructions: 'Sei “höflich” 🗂',
        tools: [{ type: 'function', function: { name: 'add' } }],
        temperature: 0.5,
        maxCompletionTokens: 300,
        truncation: { type: 'last_messages', lastMessages: 3 },
        responseFormat: { type: 'json_object' },
      },
      metadata: { a: 'b' },
      createdAt: clock.now(),
      expiresAt: clock.now() + 600_000,
      ...fields,
    };
  }

  function stepOf({ threadId, id }: RunRecord, fields: Partial<NewRunStep> = {}): NewRunStep {
    return {
      ...RUN_STEP,
      id: ids('step_'),
      threadId,
      runId: id,
      status: 'in_progress',
      createdAt: clock.now(),
      ...fields,
    };
  }

  async function createRun(fields: Partial<RunRecord> = {}) {
    const run = runOf(await createThread(), fields);
    const scope = scopeOf(run.projectId);
    await scope.runs.create(run);
    return { run, scope };
  }

  describe('runs', () => {
    it('keeps every field of a run, lists runs by creation, and deletes a run with its thread', async () => {
      const { run, scope } = await createRun();
      const { threadId, id } = run;
      expect(await scope.runs.retrieve(threadId, id)).toEqual(run);
      const changes = {
        status: 'waiting_for_outputs' as const,
        open: { stepId: 'step_1', messageId: null },
        calls: [{ id: 'call_1', name: 'add', arguments: '{"a":1}', output: null }],
        lastError: { code: 'server_error' as const, message: 'no' },
        startedAt: 5,
      };
      expect(await scope.runs.update(threadId, id, changes)).toEqual({ ...run, ...changes });
      expect(await scope.runs.update(threadId, 'run_none', changes)).toBeUndefined();
      const second = runOf(run);
      await scope.runs.create({ ...second, id: ids('run_') });
      const listed = await scope.runs.list(threadId, { limit: 1 });
      expect(listed).toEqual({ records: [{ ...run, ...changes }], hasMore: true });
      await scope.runSteps.create(stepOf(run));
      await scope.threads.delete(threadId);
      expect(await scope.runs.retrieve(threadId, id)).toBeUndefined();
      expect((await scope.runSteps.list(id, { limit: 10 })).records).toEqual([]);
    });

    it('lists an active run as expired from its expiry time on', async () => {
      const { run, scope } = await createRun({ status: 'waiting_for_outputs' });
      const { runs } = fixture().repositories.system();
      const { id, projectId, threadId } = run;
      clock.advance(599_999);
      expect(await runs.listExpired(10)).toEqual([]);
      clock.advance(1);
      expect(await runs.listExpired(10)).toEqual([{ id, projectId, threadId }]);
      await scope.runs.update(threadId, id, { status: 'completed' });
      expect(await runs.listExpired(10)).toEqual([]);
    });

    it('numbers the steps of a run in one sequence with the messages of its thread', async () => {
      const { run, scope } = await createRun();
      const { threadId, id } = run;
      const fields = { id: ids('msg_'), createdAt: clock.now(), role: 'assistant' as const, runId: id };
      const message = { ...MESSAGE, ...fields };
      const first = await scope.runSteps.create(stepOf(run));
      const [stored] = (await scope.messages.create(threadId, [message])) ?? [];
      const second = await scope.runSteps.create(stepOf(run, { type: 'message_creation', messageId: message.id }));
      expect([first.seq, stored?.seq, second.seq]).toEqual([0, 1, 2]);
      expect((await scope.runSteps.list(id, { limit: 10, order: 'desc' })).records).toEqual([second, first]);
      const changes = { status: 'completed' as const, promptTokens: 3, completionTokens: 4, completedAt: 9 };
      expect(await scope.runSteps.update(id, first.id, changes)).toEqual({ ...first, ...changes });
      expect(await scope.runSteps.retrieve(id, first.id)).toEqual({ ...first, ...changes });
      const third = await scope.runSteps.create(stepOf(run, { status: 'completed' }));
      const found = (between: { after: number; before: number }) => scope.runSteps.listCalls(threadId, between);
      expect((await found({ after: -1, before: 9 })).map((each) => each.id)).toEqual([third.id, first.id]);
      expect((await found({ after: -1, before: third.seq })).map((each) => each.id)).toEqual([first.id]);
      expect((await found({ after: first.seq, before: 9 })).map((each) => each.id)).toEqual([third.id]);
    });
  });
}
