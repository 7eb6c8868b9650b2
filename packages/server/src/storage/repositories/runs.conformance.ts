/** The part of the conformance suite about runs and their steps. */
import { describe, expect, it } from 'vitest';
import type { NewRunStep } from './run-steps.ts';
import type { RunRecord } from './runs.ts';
import type { Cases } from './testing/cases.ts';

export function describeRuns({ fixture, clock, ids, installation }: Cases): void {
  const roomsOf = (projectId: string) => fixture().repositories.forProject(projectId);

  async function createThread(): Promise<{ projectId: string; threadId: string }> {
    const { projectId } = await installation();
    const threadId = ids('thread_');
    const fields = { toolResources: {}, metadata: {}, createdAt: clock.now() };
    await roomsOf(projectId).threads.create({ id: threadId, ...fields });
    return { projectId, threadId };
  }

  function runOf(place: { projectId: string; threadId: string }, fields: Partial<RunRecord> = {}): RunRecord {
    return {
      ...place,
      id: ids('run_'),
      assistantId: 'asst_1',
      status: 'queued',
      model: 'nano',
      definition: {
        instructions: 'Sei “höflich” 🗂',
        tools: [{ type: 'function', function: { name: 'add' } }],
        toolResources: {},
        temperature: 0.5,
        topP: 1,
        maxPromptTokens: null,
        maxCompletionTokens: 300,
        truncation: { type: 'last_messages', lastMessages: 3 },
        toolChoice: 'auto',
        parallelToolCalls: true,
        responseFormat: { type: 'json_object' },
        reasoningEffort: null,
      },
      metadata: { a: 'b' },
      open: null,
      calls: [],
      promptTokens: 0,
      completionTokens: 0,
      lastError: null,
      incompleteReason: null,
      jobId: null,
      attempt: 0,
      apiKeyId: null,
      createdAt: clock.now(),
      expiresAt: clock.now() + 600_000,
      startedAt: null,
      cancelledAt: null,
      failedAt: null,
      completedAt: null,
      ...fields,
    };
  }

  function stepOf({ threadId, id }: RunRecord, fields: Partial<NewRunStep> = {}): NewRunStep {
    return {
      id: ids('step_'),
      threadId,
      runId: id,
      assistantId: 'asst_1',
      type: 'tool_calls',
      status: 'in_progress',
      messageId: null,
      calls: [],
      lastError: null,
      promptTokens: null,
      completionTokens: null,
      createdAt: clock.now(),
      expiredAt: null,
      cancelledAt: null,
      failedAt: null,
      completedAt: null,
      ...fields,
    };
  }

  async function createRun(fields: Partial<RunRecord> = {}) {
    const run = runOf(await createThread(), fields);
    const rooms = roomsOf(run.projectId);
    await rooms.runs.create(run);
    return { run, rooms };
  }

  describe('runs', () => {
    it('are kept exactly, listed by creation, changed field by field, and go with their thread', async () => {
      const { run, rooms } = await createRun();
      const { threadId, id } = run;
      expect(await rooms.runs.retrieve(threadId, id)).toEqual(run);
      const changes = {
        status: 'requires_action' as const,
        open: { stepId: 'step_1', messageId: null },
        calls: [{ id: 'call_1', name: 'add', arguments: '{"a":1}', output: null }],
        lastError: { code: 'server_error' as const, message: 'no' },
        startedAt: 5,
      };
      expect(await rooms.runs.update(threadId, id, changes)).toEqual({ ...run, ...changes });
      expect(await rooms.runs.update(threadId, 'run_none', changes)).toBeUndefined();
      const second = runOf(run);
      await rooms.runs.create({ ...second, id: ids('run_') });
      const listed = await rooms.runs.list(threadId, { limit: 1 });
      expect(listed).toEqual({ records: [{ ...run, ...changes }], hasMore: true });
      await rooms.runSteps.create(stepOf(run));
      await rooms.threads.delete(threadId);
      expect(await rooms.runs.retrieve(threadId, id)).toBeUndefined();
      expect((await rooms.runSteps.list(id, { limit: 10 })).records).toEqual([]);
    });

    it('are listed as expired while they are active, from their time on', async () => {
      const { run, rooms } = await createRun({ status: 'requires_action' });
      const { runs } = fixture().repositories.system();
      const { id, projectId, threadId } = run;
      clock.advance(599_999);
      expect(await runs.listExpired(10)).toEqual([]);
      clock.advance(1);
      expect(await runs.listExpired(10)).toEqual([{ id, projectId, threadId }]);
      await rooms.runs.update(threadId, id, { status: 'completed' });
      expect(await runs.listExpired(10)).toEqual([]);
    });

    it('number their steps together with the messages of the thread', async () => {
      const { run, rooms } = await createRun();
      const { threadId, id } = run;
      const message = {
        id: ids('msg_'),
        role: 'assistant' as const,
        status: 'completed' as const,
        incompleteReason: null,
        content: [],
        attachments: [],
        metadata: {},
        assistantId: null,
        runId: id,
        createdAt: clock.now(),
        completedAt: null,
        incompleteAt: null,
      };
      const first = await rooms.runSteps.create(stepOf(run));
      const [said] = (await rooms.messages.create(threadId, [message])) ?? [];
      const second = await rooms.runSteps.create(stepOf(run, { type: 'message_creation', messageId: message.id }));
      expect([first.seq, said?.seq, second.seq]).toEqual([0, 1, 2]);
      expect((await rooms.runSteps.list(id, { limit: 10, order: 'desc' })).records).toEqual([second, first]);
      const changes = { status: 'completed' as const, promptTokens: 3, completionTokens: 4, completedAt: 9 };
      expect(await rooms.runSteps.update(id, first.id, changes)).toEqual({ ...first, ...changes });
      expect(await rooms.runSteps.retrieve(id, first.id)).toEqual({ ...first, ...changes });
      const third = await rooms.runSteps.create(stepOf(run, { status: 'completed' }));
      const found = (between: { after: number; before: number }) => rooms.runSteps.listCalls(threadId, between);
      expect((await found({ after: -1, before: 9 })).map((each) => each.id)).toEqual([third.id, first.id]);
      expect((await found({ after: -1, before: third.seq })).map((each) => each.id)).toEqual([first.id]);
      expect((await found({ after: first.seq, before: 9 })).map((each) => each.id)).toEqual([third.id]);
    });
  });
}
