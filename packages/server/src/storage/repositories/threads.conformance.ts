/** The part of the conformance suite about assistants, threads and messages. */
import { describe, expect, it } from 'vitest';
import type { AssistantRecord } from './assistants.ts';
import type { NewMessage } from './messages.ts';
import type { Cases } from './testing/cases.ts';
import { ASSISTANT, MESSAGE, THREAD } from './testing/records.ts';
import type { ThreadRecord } from './threads.ts';

export function describeThreads({ fixture, clock, ids, installation }: Cases): void {
  const scope = async () => fixture().repositories.forProject((await installation()).projectId);

  async function createAssistant(fields: Partial<AssistantRecord> = {}): Promise<AssistantRecord> {
    const { projectId } = await installation();
    const record = {
      ...ASSISTANT,
      id: ids('asst_'),
      createdAt: clock.now(),
      name: 'Ünï',
      instructions: 'Be “kind” 🗝.',
      tools: [{ type: 'function', function: { name: 'f' } }],
      toolResources: { code_interpreter: { file_ids: ['file-1'] } },
      responseFormat: { type: 'json_object' },
      temperature: 0.3,
      metadata: { a: 'b' },
      ...fields,
    };
    await (await scope()).assistants.create(record);
    return { ...record, projectId };
  }

  async function createThread(): Promise<ThreadRecord> {
    const { projectId } = await installation();
    const record = { id: ids('thread_'), createdAt: clock.now(), ...THREAD };
    await (await scope()).threads.create(record);
    return { ...record, projectId, activeRunId: null };
  }

  const message = (fields: Partial<NewMessage> = {}): NewMessage => ({
    ...MESSAGE,
    id: ids('msg_'),
    createdAt: clock.now(),
    content: [{ type: 'text', text: { value: 'ünï 🗝', annotations: [] } }],
    attachments: [{ file_id: 'file-1', tools: [{ type: 'code_interpreter' }] }],
    metadata: { k: 'v' },
    ...fields,
  });

  describe('assistants', () => {
    it('returns an assistant as it was created and updated, until it is deleted', async () => {
      const record = await createAssistant();
      const { assistants } = await scope();
      expect(await assistants.retrieve(record.id)).toEqual(record);
      const changed = { ...record, name: null, model: 'other', metadata: {} };
      expect(await assistants.update(record.id, { name: null, model: 'other', metadata: {} })).toEqual(changed);
      expect(await assistants.retrieve(record.id)).toEqual(changed);
      expect(await assistants.update('asst_none', { name: 'x' })).toBeUndefined();
      expect([await assistants.delete(record.id), await assistants.delete(record.id)]).toEqual([true, false]);
      expect(await assistants.retrieve(record.id)).toBeUndefined();
    });

    it('keeps the fields of two concurrent updates of an assistant', async () => {
      const { id } = await createAssistant();
      const { assistants } = await scope();
      await Promise.all([assistants.update(id, { name: 'new' }), assistants.update(id, { temperature: 0 })]);
      expect(await assistants.retrieve(id)).toMatchObject({ name: 'new', temperature: 0 });
    });

    it('locks an assistant until the end of the transaction, so that concurrent changes see each other', async () => {
      const { id } = await createAssistant();
      const { assistants, transaction } = await scope();
      const add = (key: string) =>
        transaction(async (tx) => {
          const locked = await tx.assistants.lock(id);
          await tx.assistants.update(id, { metadata: { ...locked?.metadata, [key]: 'yes' } });
        });
      await Promise.all(['x', 'y', 'z'].map(add));
      expect(await assistants.retrieve(id)).toMatchObject({ metadata: { a: 'b', x: 'yes', y: 'yes', z: 'yes' } });
      expect(await assistants.lock('asst_none')).toBeUndefined();
    });
  });

  describe('threads', () => {
    it('returns a thread as it was created and updated, and deletes it with its messages', async () => {
      const thread = await createThread();
      const { threads, messages } = await scope();
      expect(await threads.retrieve(thread.id)).toEqual(thread);
      const toolResources = { file_search: { vector_store_ids: ['vs_1'] } };
      expect(await threads.update(thread.id, { metadata: { a: 'b' } })).toEqual({ ...thread, metadata: { a: 'b' } });
      const changed = { ...thread, toolResources, metadata: { a: 'b' } };
      expect(await threads.update(thread.id, { toolResources })).toEqual(changed);
      expect(await threads.update(thread.id, {})).toEqual(changed);
      const [created] = (await messages.create(thread.id, [message()])) ?? [];
      expect([await threads.delete(thread.id), await threads.delete(thread.id)]).toEqual([true, false]);
      expect(await messages.retrieve(thread.id, created?.id ?? '')).toBeUndefined();
      expect(await threads.update(thread.id, {})).toBeUndefined();
      expect(await threads.takeSeq(thread.id, 1)).toBeUndefined();
      expect(await messages.create(thread.id, [message()])).toBeUndefined();
    });

    it('has one active run per thread, which only that run ends', async () => {
      const { id } = await createThread();
      const { threads } = await scope();
      const started = await Promise.all([threads.beginRun(id, 'run_a'), threads.beginRun(id, 'run_b')]);
      expect(started.toSorted()).toEqual([false, true]);
      const winner = started[0] === true ? 'run_a' : 'run_b';
      expect(await threads.lock(id)).toMatchObject({ activeRunId: winner });
      await threads.endRun(id, 'run_other');
      expect(await threads.retrieve(id)).toMatchObject({ activeRunId: winner });
      await threads.endRun(id, winner);
      expect(await threads.retrieve(id)).toMatchObject({ activeRunId: null });
      expect(await threads.beginRun('thread_none', 'run_a')).toBe(false);
    });
  });

  describe('messages', () => {
    it('returns a message as it was created and updated, in its own thread only', async () => {
      const { id, projectId } = await createThread();
      const other = await createThread();
      const { messages } = await scope();
      const input = message();
      const record = { ...input, projectId, threadId: id, seq: 0 };
      expect(await messages.create(id, [input])).toEqual([record]);
      expect(await messages.retrieve(id, record.id)).toEqual(record);
      expect(await messages.retrieve(other.id, record.id)).toBeUndefined();
      const fields = { status: 'incomplete', incompleteReason: 'run_failed', content: [], incompleteAt: 5 } as const;
      expect(await messages.update(id, record.id, fields)).toEqual({ ...record, ...fields });
      expect(await messages.update(other.id, record.id, fields)).toBeUndefined();
      expect(await messages.delete(other.id, record.id)).toBe(false);
      expect([await messages.delete(id, record.id), await messages.delete(id, record.id)]).toEqual([true, false]);
    });

    it('numbers concurrently added messages without gaps or repetitions', async () => {
      const { id } = await createThread();
      const { messages, threads } = await scope();
      const added = await Promise.all([
        ...Array.from({ length: 8 }, () => messages.create(id, [message(), message()])),
        threads.takeSeq(id, 3).then((first = 0) => [{ seq: first }, { seq: first + 1 }, { seq: first + 2 }]),
      ]);
      const numbers = added.flat().map((each) => each?.seq);
      expect(numbers.toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 19 }, (_, i) => i));
    });

    it('lists messages by number, not by id or time, also those of one run', async () => {
      const { id } = await createThread();
      const { messages } = await scope();
      const late = message({ createdAt: clock.now() + 1000, runId: 'run_a' });
      const texts = ['msg_z', 'msg_a', 'msg_m'].map((prefix) => message({ id: prefix, runId: 'run_b' }));
      await messages.create(id, [late, ...texts]);
      const list = async (page: object) =>
        (await messages.list(id, { limit: 10, ...page })).records.map((record) => record.id);
      expect(await list({})).toEqual([late.id, 'msg_z', 'msg_a', 'msg_m']);
      expect(await list({ order: 'desc', after: 'msg_m', limit: 2 })).toEqual(['msg_a', 'msg_z']);
      expect(await list({ before: 'msg_a' })).toEqual([late.id, 'msg_z']);
      expect(await list({ runId: 'run_b', order: 'desc' })).toEqual(['msg_m', 'msg_a', 'msg_z']);
    });
  });
}
