import { expect, it } from 'vitest';
import { fuseRanks } from './fuse.ts';

const list = (keys: number[], weight = 1) => ({ keys, weight });

it('ranks keys near the top of several lists first', () => {
  expect(fuseRanks([list([1, 2, 3]), list([3, 4, 2])])).toEqual([3, 2, 1, 4]);
  expect(fuseRanks([list([5, 6]), list([])])).toEqual([5, 6]);
});

it('multiplies the ranks of a list by its weight', () => {
  expect(fuseRanks([list([1, 2], 0.2), list([3, 4], 0.8)])).toEqual([3, 4, 1, 2]);
});

it('orders ties by key regardless of their list', () => {
  expect(fuseRanks([list([9]), list([4])])).toEqual([4, 9]);
  expect(fuseRanks([])).toEqual([]);
});
