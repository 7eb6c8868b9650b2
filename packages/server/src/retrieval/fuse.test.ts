import { expect, it } from 'vitest';
import { fuseRanks } from './fuse.ts';

const list = (keys: number[], weight = 1) => ({ keys, weight });

it('puts first what several lists have near their top', () => {
  expect(fuseRanks([list([1, 2, 3]), list([3, 4, 2])])).toEqual([3, 2, 1, 4]);
  expect(fuseRanks([list([5, 6]), list([])])).toEqual([5, 6]);
});

it('gives the places of a list the weight of the list', () => {
  expect(fuseRanks([list([1, 2], 0.2), list([3, 4], 0.8)])).toEqual([3, 4, 1, 2]);
});

it('orders equals by key, whichever list they came from', () => {
  expect(fuseRanks([list([9]), list([4])])).toEqual([4, 9]);
  expect(fuseRanks([])).toEqual([]);
});
