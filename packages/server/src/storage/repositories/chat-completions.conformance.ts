/** The part of the conformance suite about stored chat completions. */
import { describe, expect, it } from 'vitest';
import type { ChatCompletionPage, ChatCompletionRecord } from './chat-completions.ts';
import type { Cases } from './testing/cases.ts';
import { COMPLETION } from './testing/records.ts';

export function describeChatCompletions({ fixture, clock, ids, installation }: Cases): void {
  const repository = async () => fixture().repositories.forProject((await installation()).projectId).chatCompletions;

  async function createCompletion(fields: Partial<ChatCompletionRecord> = {}): Promise<ChatCompletionRecord> {
    const { projectId } = await installation();
    const record: ChatCompletionRecord = {
      ...COMPLETION,
      id: ids('chatcmpl-'),
      projectId,
      requestedModel: 'gpt-4o',
      completion: { choices: [{ text: 'ünï “quotes” 🗝' }] },
      metadata: {},
      createdAt: clock.now(),
      ...fields,
    };
    const { projectId: _projectId, ...rest } = record;
    await (await repository()).create(rest, [{ role: 'user', content: 'hi' }]);
    return record;
  }

  describe('stored chat completions', () => {
    it('returns a stored completion with its messages until it is deleted', async () => {
      const record = await createCompletion({ metadata: { topic: 'ünï', other: '' } });
      const completions = await repository();
      expect(await completions.retrieve(record.id)).toEqual(record);
      expect(await completions.listMessages(record.id)).toEqual([{ role: 'user', content: 'hi' }]);
      expect(await completions.delete(record.id)).toBe(true);
      expect(await completions.delete(record.id)).toBe(false);
      expect(await completions.retrieve(record.id)).toBeUndefined();
      expect(await completions.listMessages(record.id)).toBeUndefined();
    });

    it('finds stored completions by either name of their model and by all pairs of metadata', async () => {
      const a = await createCompletion({ metadata: { topic: 'cats', tone: 'kind' } });
      const b = await createCompletion({ metadata: { topic: 'cats', tone: 'rude' }, model: 'other' });
      const c = await createCompletion({ metadata: { tone: 'kind' }, requestedModel: 'gpt-5' });
      const completions = await repository();
      const found = async (filter: Partial<ChatCompletionPage>) =>
        (await completions.list({ limit: 10, ...filter })).records;
      expect(await found({})).toEqual([a, b, c]);
      expect(await found({ metadata: { topic: 'cats' } })).toEqual([a, b]);
      expect(await found({ metadata: { topic: 'cats', tone: 'kind' } })).toEqual([a]);
      expect(await found({ metadata: { topic: 'dogs' } })).toEqual([]);
      expect(await found({ model: 'nano' })).toEqual([a, c]);
      expect(await found({ model: 'gpt-4o', order: 'desc' })).toEqual([b, a]);
      expect(await completions.list({ limit: 1, metadata: { tone: 'kind' }, after: b.id })).toEqual({
        records: [c],
        hasMore: false,
      });
    });

    it('replaces the metadata of a stored completion, also for filters', async () => {
      const record = await createCompletion({ metadata: { a: '1', b: '2' } });
      const completions = await repository();
      expect(await completions.update(record.id, { a: '3' })).toEqual({ ...record, metadata: { a: '3' } });
      expect((await completions.list({ limit: 10, metadata: { b: '2' } })).records).toEqual([]);
      expect((await completions.list({ limit: 10, metadata: { a: '3' } })).records).toHaveLength(1);
      expect(await completions.update('chatcmpl-none', {})).toBeUndefined();
    });
  });
}
