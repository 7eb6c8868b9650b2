import { describe, expect, it } from 'vitest';
import { freeCores } from './free-cores.ts';

describe('freeCores', () => {
  it('freeCores subtracts the load of the last minute', () => {
    expect(freeCores(8, [2.6, 0, 0])).toBe(5);
    expect(freeCores(8, [0.4, 8, 8])).toBe(8);
  });

  it('freeCores returns at least one', () => {
    expect(freeCores(2, [7, 0, 0])).toBe(1);
    expect(freeCores(1, [0, 0, 0])).toBe(1);
  });
});
