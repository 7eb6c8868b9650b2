/** What every adapter of the loop's store promises. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { type Advance, advance } from './advance.ts';
import type { LoopOutput } from './loop-output.ts';
import type { HistoryEntry, LoopStore, LoopTransaction } from './loop-store.ts';

export interface LoopStoreFixture {
  /** A queued loop without instructions, after one message of the user, `hello`. */
  store: LoopStore;
  output: LoopOutput;
  /** Deletes the loop with all that belongs to it. */
  remove(): Promise<void>;
  /** Input and output tokens of the stored usage events, the oldest first. */
  usage(): Promise<[number, number][]>;
  dispose(): Promise<void>;
}

const NOW = 1_800_000_000_000;
const TOKENS = { promptTokens: 3, completionTokens: 5, cachedTokens: 1, reasoningTokens: 2 };
const CALL: ModelCall = { id: 'call_1', name: 'add', arguments: '{"a":1}', output: '3' };
const SEARCH: ModelCall = {
  id: 'call_2',
  name: 'file_search',
  arguments: '{"query":"a"}',
  output: 'found',
  own: { type: 'file_search', details: {} },
};
const NO_CITATIONS = { mayEndCitation: () => false, findCitations: () => [] };

export function describeLoopStore(name: string, open: () => Promise<LoopStoreFixture>): void {
  describe(`loop store ${name}`, () => {
    let fixture: LoopStoreFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.dispose());

    const change = (change: Advance) =>
      fixture.store.transaction((tx) =>
        advance(tx, { clock: { now: () => NOW }, output: fixture.output, citations: NO_CITATIONS }, change),
      );
    const happen = async (...events: Advance['event'][]) => {
      for (const event of events) await change({ event });
    };
    const locked = () => fixture.store.transaction((tx) => tx.lock());
    const streamed = async () =>
      fixture.store.transaction((tx) => tx.events.list(fixture.store.id, { afterSeq: -1, limit: 1000 }));

    async function history(): Promise<HistoryEntry[]> {
      const entries: HistoryEntry[] = [];
      for await (const entry of fixture.store.history.readBackwards()) entries.unshift(entry);
      return entries;
    }

    const HELLO = { type: 'message', message: { role: 'user', content: 'hello' } };

    it('returns a queued loop with its conversation', async () => {
      expect(await locked()).toMatchObject({
        id: fixture.store.id,
        definition: { instructions: '', maxPromptTokens: null, maxCompletionTokens: null },
        status: 'queued',
        open: null,
        calls: [],
        tokens: { promptTokens: 0, completionTokens: 0 },
        error: null,
        cut: null,
      });
      expect(await history()).toEqual([HELLO]);
      expect(await fixture.store.history.readFirst()).toEqual(HELLO);
    });

    it('keeps the open part of a message and adds the message to the conversation when it is closed', async () => {
      await happen({ type: 'start' }, { type: 'text-started' });
      const record = await locked();
      expect(record).toMatchObject({ status: 'in_progress', open: { id: expect.any(String), type: 'message' } });
      expect(await history()).toEqual([HELLO]);
      await change({
        event: { type: 'turn-ended', text: 'hi “there”', calls: [], cut: null },
        usage: { tokens: TOKENS, startedAt: NOW },
      });
      expect(await locked()).toMatchObject({
        status: 'completed',
        open: null,
        tokens: { promptTokens: 3, completionTokens: 5 },
      });
      const answered = { type: 'message', message: { role: 'assistant', content: 'hi “there”' } };
      expect(await history()).toEqual([HELLO, answered]);
      expect((await streamed())?.ended).toBe(true);
    });

    it('keeps calls of server tools with their outputs, and adds them to the conversation', async () => {
      await happen(
        { type: 'start' },
        { type: 'calls-started', text: '' },
        { type: 'turn-ended', text: '', calls: [SEARCH], cut: null },
      );
      expect(await locked()).toMatchObject({ status: 'in_progress', open: null, calls: [SEARCH] });
      expect(await history()).toEqual([HELLO, { type: 'calls', calls: [SEARCH] }]);
      expect(await fixture.store.listServerCalls()).toEqual([SEARCH]);
      expect(await fixture.store.transaction(async (tx) => (await tx.lock()) && tx.listServerCalls())).toEqual([
        SEARCH,
      ]);
      expect((await streamed())?.ended).toBe(false);
    });

    it('keeps calls that run with effects for the worker that restarts the loop', async () => {
      const running = { ...SEARCH, output: null };
      await happen({ type: 'start' }, { type: 'calls-started', text: '' }, { type: 'calls-run', calls: [running] });
      await happen({ type: 'start' });
      expect(await locked()).toMatchObject({ status: 'in_progress', open: { type: 'calls' }, calls: [running] });
      expect(await fixture.store.listServerCalls()).toEqual([]);
      await happen({ type: 'turn-ended', text: '', calls: [SEARCH], cut: null });
      expect(await fixture.store.listServerCalls()).toEqual([SEARCH]);
      expect(await history()).toEqual([HELLO, { type: 'calls', calls: [SEARCH] }]);
    });

    it('lists the calls since the last closed message', async () => {
      await happen(
        { type: 'start' },
        { type: 'text-started' },
        { type: 'calls-started', text: 'first' },
        { type: 'turn-ended', text: 'first', calls: [SEARCH], cut: null },
        { type: 'text-started' },
      );
      expect(await fixture.store.listServerCalls({ sinceMessage: true })).toEqual([SEARCH]);
      const again = { ...SEARCH, id: 'call_3' };
      await happen(
        { type: 'calls-started', text: 'second' },
        { type: 'turn-ended', text: 'second', calls: [again], cut: null },
      );
      expect(await fixture.store.listServerCalls({ sinceMessage: true })).toEqual([again]);
      expect(await fixture.store.listServerCalls()).toEqual([SEARCH, again]);
    });

    it('meters every turn once, in the transaction of the turn', async () => {
      await happen({ type: 'start' }, { type: 'calls-started', text: '' });
      const usage = { tokens: TOKENS, startedAt: NOW };
      await change({ event: { type: 'turn-ended', text: '', calls: [SEARCH], cut: null }, usage });
      await happen({ type: 'text-started' });
      const event = { type: 'turn-ended', text: 'done', calls: [], cut: null } as const;
      await change({ event, usage });
      expect(await change({ event, usage })).toBeUndefined();
      const turn = [TOKENS.promptTokens, TOKENS.completionTokens];
      expect(await fixture.usage()).toEqual([turn, turn]);
    });

    it.each([
      [{ type: 'fail', error: { code: 'server_error', message: 'broken' }, text: 'hel' }, 'failed'],
      [{ type: 'expire', text: 'hel' }, 'expired'],
      [{ type: 'cancel', isExecuting: false }, 'cancelled'],
      [{ type: 'budget-exhausted', budget: 'completion_tokens' }, 'incomplete'],
    ] as const)('closes the open part and the stream at the event %j', async (event, status) => {
      await happen({ type: 'start' }, { type: 'text-started' }, event);
      expect(await locked()).toMatchObject({ status, open: null });
      expect((await streamed())?.ended).toBe(true);
      expect(await change({ event: { type: 'start' } })).toBeUndefined();
    });

    it('reads the text that a worker has streamed when another process ends the loop', async () => {
      await happen({ type: 'start' }, { type: 'text-started' });
      const part = (await locked())?.open;
      if (part === undefined || part === null) throw new Error('no open part');
      const deltas = ['hel', 'lo'].flatMap((text) => fixture.output.onText({ part, text }));
      await fixture.store.transaction((tx) => tx.events.append(fixture.store.id, deltas));
      await happen({ type: 'expire' });
      const partial = { type: 'message', message: { role: 'assistant', content: 'hello' } };
      expect(await history()).toEqual([HELLO, partial]);
    });

    it('writes nothing of a transaction that fails', async () => {
      const work = async (tx: LoopTransaction) => {
        const deps = { clock: { now: () => NOW }, output: fixture.output, citations: NO_CITATIONS };
        await advance(tx, deps, { event: { type: 'start' } });
        await advance(tx, deps, { event: { type: 'calls-started', text: '' } });
        const event = { type: 'turn-ended', text: '', calls: [CALL], cut: null } as const;
        await advance(tx, deps, { event, usage: { tokens: TOKENS, startedAt: NOW } });
        throw new Error('rolled back');
      };
      const before = await streamed();
      await expect(fixture.store.transaction(work)).rejects.toThrow('rolled back');
      expect(await locked()).toMatchObject({ status: 'queued', open: null, calls: [] });
      expect(await history()).toEqual([HELLO]);
      expect(await streamed()).toEqual(before);
      expect(await fixture.usage()).toEqual([]);
    });

    it('returns no loop once it is deleted', async () => {
      await happen({ type: 'start' }, { type: 'text-started' });
      await fixture.remove();
      expect(await locked()).toBeUndefined();
      expect(await change({ event: { type: 'stopped' } })).toBeUndefined();
    });
  });
}
