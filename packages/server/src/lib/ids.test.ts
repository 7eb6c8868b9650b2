import { describe, expect, it } from 'vitest';
import { createManualClock, systemClock } from './clock.ts';
import { createIdSource } from './ids.ts';

const START_MS = Date.UTC(2026, 0, 1);

describe('ids', () => {
  it('sorts 100,000 ids of one source in the order of their creation, each one unique', () => {
    const id = createIdSource(systemClock);
    const ids = Array.from({ length: 100_000 }, () => id('file-'));
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps the order of ids within one millisecond, also of more than a million', () => {
    const id = createIdSource(createManualClock(START_MS));
    let previous = id('x');
    for (let i = 0; i < 1_060_000; i += 1) {
      const next = id('x');
      if (next <= previous) expect.fail(`${next} came after ${previous}`);
      previous = next;
    }
  });

  it('keeps the order of ids when the clock steps back', () => {
    const clock = createManualClock(START_MS);
    const id = createIdSource(clock);
    const ids: string[] = [];
    for (const stepMs of [0, 5, -60_000, 1, 1, 59_998, 1, -1, 10]) {
      clock.advance(stepMs);
      ids.push(id('proj_'), id('proj_'));
    }
    expect(ids.toSorted()).toEqual(ids);
  });

  it('ids of different sources never collide, even in the same millisecond', () => {
    const clock = createManualClock(START_MS);
    const sources = [createIdSource(clock), createIdSource(clock), createIdSource(clock)];
    const ids = sources.flatMap((id) => Array.from({ length: 20_000 }, () => id('key_')));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('an id is the prefix and 24 lower-case letters and digits, of which 11 are random', () => {
    const id = createIdSource(createManualClock(START_MS));
    const first = id('chatcmpl-');
    const second = id('chatcmpl-');
    expect(first).toMatch(/^chatcmpl-[0-9a-z]{24}$/);
    expect(first.slice(0, -11)).not.toBe(second.slice(0, -11));
    expect(first.slice(-11)).not.toBe(second.slice(-11));
  });

  it('an id sorts after an id of another source from an earlier millisecond', () => {
    const clock = createManualClock(START_MS);
    const earlier = createIdSource(clock)('req_');
    clock.advance(1);
    expect(createIdSource(clock)('req_') > earlier).toBe(true);
  });
});
