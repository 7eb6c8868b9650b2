import { describe, expect, it } from 'vitest';
import { createManualClock } from './clock.ts';
import { createTtlCache } from './ttl-cache.ts';

function setUp(load: (key: string, count: number) => Promise<string>, maxEntries = 3) {
  const clock = createManualClock(1000);
  const loads: string[] = [];
  const cache = createTtlCache<string>({
    clock,
    ttlMs: 100,
    maxEntries,
    load: (key) => {
      loads.push(key);
      return load(key, loads.length);
    },
  });
  return { clock, loads, cache };
}

describe('a cache with a time to live', () => {
  it('a TTL cache loads a value once until it expires', async () => {
    const { clock, cache } = setUp(async (key, count) => `${key}${count}`);
    expect(await cache.retrieve('a')).toBe('a1');
    clock.advance(99);
    expect(await cache.retrieve('a')).toBe('a1');
    clock.advance(1);
    expect(await cache.retrieve('a')).toBe('a2');
  });

  it('a TTL cache loads again when the clock has stepped back', async () => {
    const { clock, cache } = setUp(async (key, count) => `${key}${count}`);
    await cache.retrieve('a');
    clock.advance(-1);
    expect(await cache.retrieve('a')).toBe('a2');
  });

  it('a TTL cache shares one load among concurrent calls', async () => {
    const { loads, cache } = setUp(async (key) => key);
    await Promise.all([cache.retrieve('a'), cache.retrieve('a'), cache.retrieve('b')]);
    expect(loads).toEqual(['a', 'b']);
  });

  it('a TTL cache does not cache a failure', async () => {
    const { cache } = setUp(async (key, count) => {
      if (count === 1) throw new Error('gone');
      return key;
    });
    await expect(cache.retrieve('a')).rejects.toThrow('gone');
    expect(await cache.retrieve('a')).toBe('a');
  });

  it('a TTL cache evicts the least recently used entry first', async () => {
    const { loads, cache } = setUp(async (key) => key);
    for (const key of ['a', 'b', 'c', 'a', 'd']) await cache.retrieve(key);
    loads.length = 0;
    for (const key of ['a', 'c', 'd', 'b']) await cache.retrieve(key);
    expect(loads).toEqual(['b']);
  });

  it('a TTL cache drops the result of a load that ran while it was cleared', async () => {
    const load = Promise.withResolvers<string>();
    const { cache } = setUp((_, count) => (count === 1 ? load.promise : Promise.resolve('fresh')));
    const first = cache.retrieve('a');
    cache.clear();
    load.resolve('stale');
    expect(await first).toBe('stale');
    expect(await cache.retrieve('a')).toBe('fresh');
  });
});
