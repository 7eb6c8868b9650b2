import { expect, it } from 'vitest';
import { toHalfBits, toHalfBytes } from './half-float.ts';

function fromHalfBits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

it('toHalfBits returns every half-precision number unchanged', () => {
  for (let half = 0; half < 65_536; half++) {
    const value = fromHalfBits(half);
    if (!Number.isNaN(value) && toHalfBits(value) !== half) throw new Error(`${half} became ${toHalfBits(value)}`);
  }
  expect(fromHalfBits(toHalfBits(Number.NaN))).toBeNaN();
});

it('toHalfBits rounds normal and subnormal numbers to nearest, ties to even', () => {
  for (const half of [0, 1, 2, 3, 1022, 1023, 1024, 1025, 15_360, 15_361, 31_742]) {
    const [low, high] = [fromHalfBits(half), fromHalfBits(half + 1)];
    const middle = (low + high) / 2;
    expect(toHalfBits(middle), `middle above ${half}`).toBe(half % 2 === 0 ? half : half + 1);
    expect(toHalfBits(Math.fround(middle + (high - low) / 16))).toBe(half + 1);
    expect(toHalfBits(-Math.fround(middle - (high - low) / 16))).toBe(0x8000 | half);
  }
  expect(toHalfBits(65_519)).toBe(0x7bff);
  expect(toHalfBits(65_520)).toBe(0x7c00);
  expect(toHalfBits(1e-10)).toBe(0);
});

it('toHalfBytes writes little-endian bytes', () => {
  expect(toHalfBytes(new Float32Array([1, -2])).toString('hex')).toBe('003c00c0');
});
