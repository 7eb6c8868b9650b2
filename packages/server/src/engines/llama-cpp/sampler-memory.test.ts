import { describe, expect, it } from 'vitest';
import { createSamplerMemory } from './sampler-memory.ts';

describe('createSamplerMemory', () => {
  it('triggers a minor collection per 32 MB of samplers and a major one per 128 MB', () => {
    const types: string[] = [];
    const memory = createSamplerMemory(250_000, ({ type }) => types.push(type));
    for (let evaluation = 0; evaluation < 400; evaluation++) {
      memory.count();
      memory.sweep();
    }
    // Samplers have 3 MB each: 11 evaluations exceed 32 MB, and 43 exceed 128 MB.
    expect(types).toHaveLength(36);
    expect(types.indexOf('major')).toBe(3);
    expect(types.filter((type) => type === 'major')).toHaveLength(9);
  });
});
