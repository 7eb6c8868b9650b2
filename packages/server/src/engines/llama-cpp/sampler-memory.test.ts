import { describe, expect, it } from 'vitest';
import { createSamplerMemory } from './sampler-memory.ts';

describe('createSamplerMemory', () => {
  it('collects young samplers for every 32 MB of them and all for every 128 MB', () => {
    const types: string[] = [];
    const memory = createSamplerMemory(250_000, ({ type }) => types.push(type));
    for (let evaluation = 0; evaluation < 400; evaluation++) {
      memory.count();
      memory.sweep();
    }
    // 3 MB each: every 11th evaluation, and 43 fill 128 MB.
    expect(types).toHaveLength(36);
    expect(types.indexOf('major')).toBe(3);
    expect(types.filter((type) => type === 'major')).toHaveLength(9);
  });
});
