/** The part of the conformance suite about responses and their items. */
import { describe, expect, it } from 'vitest';
import { ConstraintViolation } from './repositories.ts';
import type { HistoryPosition, NewItem } from './response-items.ts';
import type { NewResponse, ResponseRecord } from './responses.ts';
import type { Cases } from './testing/cases.ts';
import { RESPONSE } from './testing/records.ts';

const SEARCH = { type: 'file_search', details: { results: [] } };

export function describeResponses({ fixture, clock, ids, installation }: Cases): void {
  const scope = async () => fixture().repositories.forProject((await installation()).projectId);
  const item = (text: string): NewItem => ({ id: ids('msg_'), data: { type: 'message', text } });

  async function create(fields: Partial<NewResponse> = {}, ...texts: string[]): Promise<ResponseRecord> {
    const response = { ...RESPONSE, id: ids('resp_'), createdAt: clock.now(), ...fields };
    const created = await (await scope()).responses.create(response, texts.map(item));
    if (created === undefined) throw new Error('There is no previous response.');
    return created;
  }

  /** A response with one item of input and one of output, which it ends with. */
  async function exchange(text: string, fields: Partial<NewResponse> = {}): Promise<ResponseRecord> {
    const response = await create(fields, text);
    await (await scope()).responseItems.append(response.id, [item(text.toUpperCase())]);
    return response;
  }

  const textOf = ({ data }: NewItem) => data['text'];

  /** The texts of the history, oldest first, read in pages. */
  async function history(id: string, limit = 100): Promise<unknown[]> {
    const { responseItems } = await scope();
    const texts: unknown[] = [];
    let from: HistoryPosition | undefined;
    for (let more = true; more; more = from !== undefined) {
      const page = await responseItems.listHistory(id, from === undefined ? { limit } : { from, limit });
      if (page === undefined) throw new Error(`There is no response ${id}.`);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      texts.push(...page.items.map(textOf));
      from = page.next;
    }
    return texts.toReversed();
  }

  describe('responses', () => {
    it('keeps every field of a response, and changes those that can change', async () => {
      const { responses } = await scope();
      const created = await create({
        request: { model: 'gpt-5', instructions: 'Sei “höflich” 🗂', tools: [{ type: 'function', name: 'add' }] },
        metadata: { a: 'b' },
        conversationId: 'conv_1',
        conversationSeq: 7,
        background: true,
        stored: false,
      });
      expect(created.projectId).toBe((await installation()).projectId);
      expect(await responses.retrieve(created.id)).toEqual(created);
      const changes = {
        status: 'in_progress' as const,
        open: { id: 'msg_1', type: 'message' as const, index: 2 },
        calls: [{ id: 'call_1', name: 'add', arguments: '{"a":1}', output: null }],
        promptTokens: 2 ** 40,
        reasoningTokens: 3,
        error: { code: 'server_error', message: 'no' },
        incompleteReason: 'max_output_tokens',
        jobId: 'job_1',
        attempt: 2,
        endedAt: 9,
      };
      expect(await responses.update(created.id, changes)).toEqual({ ...created, ...changes });
      expect(await responses.retrieve(created.id)).toEqual({ ...created, ...changes });
      expect(await responses.lock(created.id)).toEqual({ ...created, ...changes });
      expect(await responses.update('resp_none', changes)).toBeUndefined();
      expect(await responses.lock('resp_none')).toBeUndefined();
      const again = { ...RESPONSE, id: created.id };
      await expect(responses.create(again, [])).rejects.toThrow(ConstraintViolation);
    });

    it('returns undefined for a response that continues none, and stores nothing of it', async () => {
      const { responses, responseItems } = await scope();
      const lost = { ...RESPONSE, id: ids('resp_'), previousResponseId: 'resp_none' };
      const input = item('lost');
      expect(await responses.create(lost, [input])).toBeUndefined();
      expect(await responses.retrieve(lost.id)).toBeUndefined();
      expect(await responseItems.find([input.id])).toEqual([]);
    });

    it('lists input by page and output as a whole, and numbers output from 0', async () => {
      const { responseItems } = await scope();
      const { id } = await create({}, 'a', 'b', 'c');
      expect(await responseItems.append(id, [item('D'), item('E')])).toBe(0);
      expect(await responseItems.append(id, [item('F')])).toBe(2);
      expect(await responseItems.append('resp_none', [item('G')])).toBeUndefined();
      expect((await responseItems.listOutput(id)).map(textOf)).toEqual(['D', 'E', 'F']);
      const first = await responseItems.listInput(id, { limit: 2 });
      expect([first.records.map(textOf), first.hasMore]).toEqual([['a', 'b'], true]);
      const rest = await responseItems.listInput(id, { limit: 2, after: first.records[1]?.id });
      expect([rest.records.map(textOf), rest.hasMore]).toEqual([['c'], false]);
      expect((await responseItems.listInput(id, { limit: 1, order: 'desc' })).records.map(textOf)).toEqual(['c']);
    });

    it('keeps the call behind an item', async () => {
      const { responseItems, conversations, conversationItems } = await scope();
      const call = { id: 'call_1', name: 'file_search', arguments: '{}', output: '“found” 🗂', own: SEARCH };
      const searched = { ...item('search'), call };
      const { id } = await create();
      await responseItems.append(id, [searched]);
      expect(await responseItems.listOutput(id)).toEqual([searched]);
      expect((await responseItems.listHistory(id, { limit: 1 }))?.items[0]).toMatchObject(searched);
      const conversation = await conversations.create({ id: ids('conv_'), metadata: {}, createdAt: 0 }, [searched]);
      expect(await conversationItems.first(conversation.id)).toEqual({ seq: 0, ...searched });
      expect(await conversationItems.find([searched.id])).toEqual([searched]);
    });

    it('finds the newest item with an id in any response', async () => {
      const { responseItems } = await scope();
      const copy = (text: string) => ({ id: 'msg_copied', data: { text } });
      const [older, newer] = [await create(), await create()];
      await responseItems.append(newer.id, [copy('newer')]);
      await responseItems.append(older.id, [copy('older')]);
      expect(await responseItems.find(['msg_copied', 'msg_none'])).toEqual([copy('newer')]);
    });

    it('reads the history of a response as one sequence, page by page', async () => {
      const first = await exchange('a');
      const second = await exchange('b', { previousResponseId: first.id });
      const third = await create({ previousResponseId: second.id }, 'c');
      for (const limit of [1, 2, 3, 100]) {
        expect(await history(third.id, limit)).toEqual(['a', 'A', 'b', 'B', 'c']);
      }
      expect(await history(first.id)).toEqual(['a', 'A']);
      const { responseItems } = await scope();
      expect(textOf((await responseItems.firstOfHistory(third.id)) as NewItem)).toBe('a');
      expect(await responseItems.listHistory('resp_none', { limit: 1 })).toBeUndefined();
      const [newest] = (await responseItems.listHistory(second.id, { limit: 1 }))?.items ?? [];
      expect(newest).toMatchObject({ responseId: second.id, kind: 'output', data: { text: 'B' } });
    });

    it('keeps the histories of responses apart that continue the same one', async () => {
      const root = await exchange('a');
      const left = await exchange('b', { previousResponseId: root.id });
      const right = await exchange('c', { previousResponseId: root.id });
      const leftLeaf = await exchange('d', { previousResponseId: left.id });
      const rightLeaf = await exchange('e', { previousResponseId: right.id });
      const twig = await exchange('f', { previousResponseId: right.id });
      for (const limit of [1, 2, 100]) {
        expect(await history(leftLeaf.id, limit)).toEqual(['a', 'A', 'b', 'B', 'd', 'D']);
        expect(await history(rightLeaf.id, limit)).toEqual(['a', 'A', 'c', 'C', 'e', 'E']);
        expect(await history(twig.id, limit)).toEqual(['a', 'A', 'c', 'C', 'f', 'F']);
      }
      const { responseItems } = await scope();
      expect(textOf((await responseItems.firstOfHistory(twig.id)) as NewItem)).toBe('a');
    });

    it('never continues the chain of a response that is not stored', async () => {
      const root = await exchange('a');
      const passing = await exchange('b', { previousResponseId: root.id, stored: false });
      const next = await exchange('c', { previousResponseId: root.id });
      expect(await history(passing.id)).toEqual(['a', 'A', 'b', 'B']);
      await (await scope()).responses.delete(passing.id);
      expect(await history(next.id)).toEqual(['a', 'A', 'c', 'C']);
    });

    it('keeps the items of a deleted response for the responses that continue it', async () => {
      const { responses, responseItems } = await scope();
      const first = await exchange('a');
      const second = await exchange('b', { previousResponseId: first.id });
      const third = await exchange('c', { previousResponseId: second.id });
      const branch = await exchange('d', { previousResponseId: second.id });
      const [output] = await responseItems.listOutput(second.id);
      expect(await responseItems.find([output?.id ?? ''])).toHaveLength(1);
      expect([await responses.delete(second.id), await responses.delete(second.id)]).toEqual([true, false]);
      expect(await responses.retrieve(second.id)).toBeUndefined();
      expect(await responses.lock(second.id)).toBeUndefined();
      expect(await responseItems.listHistory(second.id, { limit: 9 })).toBeUndefined();
      expect(await responseItems.find([output?.id ?? ''])).toEqual([]);
      expect(
        await responses.create({ ...RESPONSE, id: ids('resp_'), previousResponseId: second.id }, []),
      ).toBeUndefined();
      for (const limit of [1, 100]) {
        expect(await history(third.id, limit)).toEqual(['a', 'A', 'b', 'B', 'c', 'C']);
        expect(await history(branch.id, limit)).toEqual(['a', 'A', 'b', 'B', 'd', 'D']);
      }
      for (const { id } of [first, third]) await responses.delete(id);
      expect(await history(branch.id)).toEqual(['a', 'A', 'b', 'B', 'd', 'D']);
    });

    it('deletes the items of a deleted response with the last response that continues it', async () => {
      const { responses, responseItems } = await scope();
      const first = await exchange('a');
      const second = await exchange('b', { previousResponseId: first.id });
      const third = await exchange('c', { previousResponseId: second.id });
      for (const { id } of [first, second]) await responses.delete(id);
      expect(await responseItems.listOutput(first.id)).toHaveLength(1);
      await responses.delete(third.id);
      for (const { id } of [first, second, third]) expect(await responseItems.listOutput(id)).toEqual([]);
    });

    it('never returns discarded items, which keep their positions in the output', async () => {
      const { responseItems } = await scope();
      const { id } = await create({}, 'a');
      const lost = item('lost');
      expect(await responseItems.append(id, [lost], { isDiscarded: true })).toBe(0);
      expect(await responseItems.append(id, [item('A')])).toBe(1);
      expect((await responseItems.listOutput(id)).map(textOf)).toEqual(['A']);
      expect(await history(id, 1)).toEqual(['a', 'A']);
      expect(await responseItems.find([lost.id])).toEqual([]);
    });

    it('gives one of two responses the chain when both continue the same one at once', async () => {
      const root = await exchange('a');
      const next = await Promise.all(['b', 'c', 'd'].map((text) => create({ previousResponseId: root.id }, text)));
      const histories = await Promise.all(next.map(({ id }) => history(id)));
      expect(histories).toEqual(['b', 'c', 'd'].map((text) => ['a', 'A', text]));
    });
  });
}
