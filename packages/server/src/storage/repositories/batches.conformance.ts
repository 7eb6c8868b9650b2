/** The part of the conformance suite about batches: statuses, lines and outcomes. */
import { describe, expect, it } from 'vitest';
import type { BatchLine, LineResult, NewBatch } from './batches.ts';
import { ConstraintViolation } from './repositories.ts';
import type { Cases } from './testing/cases.ts';
import { BATCH } from './testing/records.ts';

const USAGE = { inputTokens: 3, cachedTokens: 1, outputTokens: 2, reasoningTokens: 0 };

const line = (number: number): BatchLine => ({ number, customId: `request ${number} ü`, start: number * 10, bytes: 9 });

function answer(number: number, outcome: LineResult['outcome'] = 'completed'): LineResult {
  const completed = outcome === 'completed';
  return {
    number,
    outcome,
    result: `{"n":${number}}`,
    usage: completed ? USAGE : null,
    model: completed ? 'nano' : null,
  };
}

export function describeBatches({ fixture, clock, ids, createProject }: Cases): void {
  async function createBatch(fields: Partial<NewBatch> = {}) {
    const { batches } = fixture().repositories.forProject((await createProject()).id);
    const batch: NewBatch = {
      ...BATCH,
      id: ids('batch_'),
      outputLifetimeSeconds: 3600,
      metadata: { topic: 'cats', ü: '😀' },
      createdAt: clock.now(),
      expiresAt: clock.now() + 1000,
      ...fields,
    };
    await batches.create(batch);
    return { batches, batch, id: batch.id };
  }

  async function createRunning(lines: number) {
    const created = await createBatch();
    const { batches, id } = created;
    await batches.addLines(
      id,
      Array.from({ length: lines }, (_, i) => line(i + 1)),
    );
    await batches.update(id, ['validating'], { status: 'in_progress', inProgressAt: clock.now(), total: lines });
    return created;
  }

  describe('batches', () => {
    it('keeps a batch as it was created, and updates it only from a named status', async () => {
      const { batches, batch, id } = await createBatch();
      expect(await batches.retrieve(id)).toMatchObject({ ...batch, status: 'validating', total: 0, errors: null });
      const errors = [{ code: 'invalid_json_line', message: 'no', param: null, line: 7 }];
      expect(await batches.update(id, ['in_progress'], { status: 'failed' })).toBeUndefined();
      expect(await batches.update(id, ['validating'], { status: 'failed', errors, failedAt: 5 })).toMatchObject({
        status: 'failed',
        errors,
        failedAt: 5,
      });
      expect(await batches.retrieve(id)).toMatchObject({ status: 'failed', errors, failedAt: 5, inProgressAt: null });
    });

    it('adds any number of lines while a batch is validating, each number once', async () => {
      const { batches, id } = await createBatch();
      expect(
        await batches.addLines(
          id,
          Array.from({ length: 1201 }, (_, i) => line(i + 1)),
        ),
      ).toBe(true);
      expect(await batches.listPending(id, { after: 1199, limit: 10 })).toEqual([line(1200), line(1201)]);
      await expect(batches.addLines(id, [line(7)])).rejects.toThrow(ConstraintViolation);
      await batches.update(id, ['validating'], { status: 'in_progress' });
      expect(await batches.addLines(id, [line(2000)])).toBe(false);
      expect(await batches.listPending(id, { after: 1201, limit: 10 })).toEqual([]);
    });

    it('gives a line one outcome, the first, and counts it once with its tokens', async () => {
      const { batches, id } = await createRunning(3);
      expect(await batches.record(id, [answer(1), answer(2, 'failed')])).toBe(true);
      expect(await batches.record(id, [answer(1, 'failed'), answer(2), answer(3)])).toBe(true);
      expect(await batches.retrieve(id)).toMatchObject({
        completed: 2,
        failed: 1,
        model: 'nano',
        inputTokens: 6,
        cachedTokens: 2,
        outputTokens: 4,
      });
      expect(await batches.listPending(id, { after: 0, limit: 10 })).toEqual([]);
      const all = { after: 0, limit: 10 };
      expect(await batches.listFinished(id, 'output', all)).toEqual([
        { number: 1, customId: 'request 1 ü', outcome: 'completed', result: '{"n":1}' },
        { number: 3, customId: 'request 3 ü', outcome: 'completed', result: '{"n":3}' },
      ]);
      expect(await batches.listFinished(id, 'error', all)).toMatchObject([{ number: 2, outcome: 'failed' }]);
    });

    it('settles lines without an outcome as failed, and refuses results after that', async () => {
      const { batches, id } = await createRunning(3);
      await batches.record(id, [answer(2)]);
      await batches.settle(id, 'batch_expired');
      await batches.settle(id, 'batch_cancelled');
      await batches.record(id, [answer(1)]);
      expect(await batches.retrieve(id)).toMatchObject({ completed: 1, failed: 2, inputTokens: 3 });
      expect(await batches.listFinished(id, 'error', { after: 0, limit: 10 })).toEqual([
        { number: 1, customId: 'request 1 ü', outcome: 'batch_expired', result: null },
        { number: 3, customId: 'request 3 ü', outcome: 'batch_expired', result: null },
      ]);
      await batches.update(id, ['in_progress'], { status: 'completed' });
      expect(await batches.record(id, [answer(1)])).toBe(false);
      await batches.deleteLines(id);
      expect(await batches.listFinished(id, 'output', { after: 0, limit: 10 })).toEqual([]);
    });

    it('lists a batch as expired from its expiry time on, while it waits for answers', async () => {
      const { id } = await createRunning(1);
      const done = await createBatch();
      await done.batches.update(done.id, ['validating'], { status: 'cancelled' });
      const system = fixture().repositories.system().batches;
      clock.advance(999);
      expect(await system.listExpired(10)).toEqual([]);
      clock.advance(1);
      expect(await system.listExpired(10)).toMatchObject([{ id }]);
    });
  });
}
