import { expect, it } from 'vitest';
import { type Pooling, pool } from './pooling.ts';

const STATES = Float32Array.of(1, 8, 2, 4, 6, 0);

it.each<[Pooling, number[]]>([
  ['first', [1, 8]],
  ['last', [6, 0]],
  ['max', [6, 8]],
  ['mean', [9, 12]],
  ['weighted mean', [1 + 4 + 18, 8 + 8]],
])('pools states of any length by %s', (pooling, expected) => {
  expect([...pool(STATES, 2, pooling)]).toEqual(expected);
});
