import { expect, it } from 'vitest';
import { toUnitVector } from './unit-vector.ts';

it('toUnitVector scales a vector to length 1 and keeps its direction', () => {
  expect([...toUnitVector([3, 4])]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
  const unit = toUnitVector(Float32Array.from({ length: 384 }, (_, i) => Math.sin(i) * 1e-20));
  expect(Math.hypot(...unit)).toBeCloseTo(1, 6);
});

it('toUnitVector returns a zero vector unchanged and does not change its argument', () => {
  const given = new Float32Array([0, 2]);
  toUnitVector(given);
  expect([...given]).toEqual([0, 2]);
  expect([...toUnitVector([0, 0])]).toEqual([0, 0]);
});
