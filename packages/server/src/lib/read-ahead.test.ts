import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

const produced: number[] = [];

async function* count(to: number, error?: Error) {
  produced.length = 0;
  try {
    for (let i = 0; i < to; i += 1) {
      produced.push(i);
      yield i;
    }
    if (error) throw error;
  } finally {
    produced.push(-1);
  }
}

it('readAhead keeps the order and the values before an error', async () => {
  expect(await Array.fromAsync(readAhead(count(100), 8))).toEqual(Array.from({ length: 100 }, (_, i) => i));
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of readAhead(count(3, new Error('broken')), 8)) seen.push(value);
  })();
  await expect(reading).rejects.toThrow('broken');
  expect(seen).toEqual([0, 1, 2]);
});

it('readAhead lets the source run ahead of a slow reader up to the limit', async () => {
  const slow = readAhead(count(3), 8);
  expect((await slow.next()).value).toBe(0);
  for (let i = 0; i < 10; i += 1) await turn();
  expect(produced).toEqual([0, 1, 2, -1]);
  const bounded = readAhead(count(100), 4);
  expect((await bounded.next()).value).toBe(0);
  for (let i = 0; i < 10; i += 1) await turn();
  expect(produced).toHaveLength(5);
});

it('readAhead ends the source when the reader stops', async () => {
  for await (const value of readAhead(count(100), 4)) if (value === 2) break;
  expect(produced.at(-1)).toBe(-1);
  expect(produced.length).toBeLessThan(10);
});
