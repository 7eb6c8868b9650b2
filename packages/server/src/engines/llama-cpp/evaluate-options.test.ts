import { describe, expect, it } from 'vitest';
import { toEngineSeed, toSamplerOptions } from './evaluate-options.ts';

describe('toEngineSeed', () => {
  it('returns a 32-bit seed unchanged', () => {
    expect([0, 1, 42, 2 ** 32 - 1].map(toEngineSeed)).toEqual([0, 1, 42, 2 ** 32 - 1]);
  });

  it('maps seeds that differ in sign or high bits to different engine seeds', () => {
    const seeds = [7, -7, 7 + 2 ** 32, 7 + 2 ** 40, 7 - 2 ** 45, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const mapped = seeds.map(toEngineSeed);
    expect(new Set(mapped).size).toBe(seeds.length);
    for (const seed of mapped) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });

  it('draws a new seed each time if none is given', () => {
    expect(new Set(Array.from({ length: 20 }, () => toEngineSeed(undefined))).size).toBe(20);
  });
});

describe('toSamplerOptions', () => {
  it('disables all sampling filters except those requested', () => {
    const options = toSamplerOptions({ temperature: 0.7, topP: 0.9, seed: 3 });
    expect(options).toEqual({ temperature: 0.7, topP: 0.9, topK: null, minP: 0, seed: 3 });
  });
});
