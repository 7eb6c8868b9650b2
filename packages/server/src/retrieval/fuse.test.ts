import { expect, it } from 'vitest';
import { fuseRanks } from './fuse.ts';

it('puts first what several lists have near their top', () => {
  expect(
    fuseRanks([
      [1, 2, 3],
      [3, 4, 2],
    ]),
  ).toEqual([3, 2, 1, 4]);
  expect(fuseRanks([[5, 6], []])).toEqual([5, 6]);
});

it('orders equals by key, whichever list they came from', () => {
  expect(fuseRanks([[9], [4]])).toEqual([4, 9]);
  expect(fuseRanks([])).toEqual([]);
});
