/** The part of the conformance suite about conversations and their items. */
import { describe, expect, it } from 'vitest';
import type { ConversationRecord } from './conversations.ts';
import { ConstraintViolation } from './repositories.ts';
import type { NewItem } from './response-items.ts';
import type { Cases } from './testing/cases.ts';

const MANY = 10_000;

export function describeConversations({ fixture, clock, ids, installation }: Cases): void {
  const scope = async () => fixture().repositories.forProject((await installation()).projectId);
  const item = (text: string): NewItem => ({ id: ids('msg_'), data: { type: 'message', text } });
  const textOf = ({ data }: NewItem) => data['text'];

  async function create(...texts: string[]): Promise<ConversationRecord> {
    const record = { id: ids('conv_'), metadata: { topic: 'ünï 🗝' }, createdAt: clock.now() };
    return (await scope()).conversations.create(record, texts.map(item));
  }

  describe('conversations', () => {
    it('returns a conversation with its first items, updates it, and deletes it with its items', async () => {
      const { conversations, conversationItems } = await scope();
      const created = await create('a', 'b');
      const { projectId } = await installation();
      expect(created).toEqual({ ...created, projectId, metadata: { topic: 'ünï 🗝' }, activeResponseId: null });
      expect(await conversations.retrieve(created.id)).toEqual(created);
      await expect(conversations.create(created, [])).rejects.toThrow(ConstraintViolation);
      expect(await conversations.update(created.id, {})).toEqual({ ...created, metadata: {} });
      expect(await conversations.update('conv_none', {})).toBeUndefined();
      const { records } = await conversationItems.list(created.id, { limit: 10 });
      expect(records.map(({ seq, data }) => [seq, data['text']])).toEqual([
        [0, 'a'],
        [1, 'b'],
      ]);
      expect([await conversations.delete(created.id), await conversations.delete(created.id)]).toEqual([true, false]);
      expect(await conversations.retrieve(created.id)).toBeUndefined();
      expect((await conversationItems.list(created.id, { limit: 10 })).records).toEqual([]);
      expect(await conversationItems.find(records.map(({ id }) => id))).toEqual([]);
    });

    it('appends items in order, and skips those that the conversation has', async () => {
      const { conversationItems } = await scope();
      const { id } = await create('a');
      const [b, c] = [item('b'), item('c')];
      expect((await conversationItems.append(id, [b, c]))?.map(textOf)).toEqual(['b', 'c']);
      expect((await conversationItems.append(id, [b, item('d')]))?.map(textOf)).toEqual(['d']);
      expect(await conversationItems.append('conv_none', [item('e')])).toBeUndefined();
      const { records } = await conversationItems.list(id, { limit: 10 });
      expect(records.map(textOf)).toEqual(['a', 'b', 'c', 'd']);
      expect(textOf((await conversationItems.first(id)) as NewItem)).toBe('a');
      expect(await conversationItems.retrieve(id, c.id)).toMatchObject({ seq: 2, ...c });
      expect(await conversationItems.find([c.id, 'msg_none'])).toEqual([c]);
      expect([await conversationItems.delete(id, b.id), await conversationItems.delete(id, b.id)]).toEqual([
        true,
        false,
      ]);
      expect(await conversationItems.retrieve(id, b.id)).toBeUndefined();
    });

    it('pages a conversation of 10,000 items in both orders, and reads it backwards from any number', async () => {
      const { conversationItems } = await scope();
      const { id } = await create();
      await conversationItems.append(
        id,
        Array.from({ length: MANY }, (_, index) => item(`${index}`)),
      );
      const newest = await conversationItems.list(id, { limit: 2, order: 'desc' });
      expect([newest.records.map(textOf), newest.hasMore]).toEqual([['9999', '9998'], true]);
      const next = await conversationItems.list(id, { limit: 2, order: 'desc', after: newest.records[1]?.id });
      expect(next.records.map(textOf)).toEqual(['9997', '9996']);
      expect((await conversationItems.list(id, { limit: 2 })).records.map(textOf)).toEqual(['0', '1']);
      expect((await conversationItems.listBefore(id, { before: 5000, limit: 2 })).map(textOf)).toEqual([
        '4999',
        '4998',
      ]);
      expect(await conversationItems.listBefore(id, { before: 0, limit: 2 })).toEqual([]);
    });

    it('has one active response at a time, which reads the items before it', async () => {
      const { conversations } = await scope();
      const { id } = await create('a', 'b');
      const begun = await Promise.all(['resp_1', 'resp_2'].map((each) => conversations.beginResponse(id, each)));
      expect(begun.filter((seq) => seq !== undefined)).toEqual([2]);
      const active = begun[0] === undefined ? 'resp_2' : 'resp_1';
      expect((await conversations.retrieve(id))?.activeResponseId).toBe(active);
      await conversations.endResponse(id, 'resp_3');
      expect(await conversations.beginResponse(id, 'resp_3')).toBeUndefined();
      await conversations.endResponse(id, active);
      expect(await conversations.beginResponse(id, 'resp_3')).toBe(2);
      expect(await conversations.beginResponse('conv_none', 'resp_3')).toBeUndefined();
    });

    it('appends nothing to a conversation in a transaction that fails', async () => {
      const repositories = await scope();
      const { id } = await create('a');
      const failing = repositories.transaction(async (tx) => {
        await tx.conversationItems.append(id, [item('b')]);
        await tx.conversations.beginResponse(id, 'resp_1');
        throw new Error('rolled back');
      });
      await expect(failing).rejects.toThrow('rolled back');
      expect((await repositories.conversationItems.list(id, { limit: 10 })).records.map(textOf)).toEqual(['a']);
      expect(await repositories.conversations.beginResponse(id, 'resp_1')).toBe(1);
    });
  });
}
