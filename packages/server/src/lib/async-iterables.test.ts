import { describe, expect, it } from 'vitest';
import { later, merge, prime } from './async-iterables.ts';

async function* count(to: number, log: string[] = [], name = ''): AsyncGenerator<number> {
  try {
    for (let i = 0; i < to; i += 1) {
      await Promise.resolve();
      yield i;
    }
  } finally {
    log.push(`${name} returned`);
  }
}

function failing(): AsyncIterable<number> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) };
}

describe('prime', () => {
  it('prime rejects with the first error before an item is consumed', async () => {
    const { head, events } = prime(failing());
    await expect(head).rejects.toThrow('broken');
    await expect(Array.fromAsync(events)).rejects.toThrow('broken');
  });

  it('prime yields every item of its source', async () => {
    const { head, events } = prime(count(3));
    await head;
    expect(await Array.fromAsync(events)).toEqual([0, 1, 2]);
  });

  it('prime returns the source when its reader stops early', async () => {
    const log: string[] = [];
    const { events } = prime(count(9, log, 'a'));
    for await (const _ of events) break;
    expect(log).toEqual(['a returned']);
  });
});

describe('merge', () => {
  it('merge yields every item of every source, each source in order', async () => {
    const items = await Array.fromAsync(merge([count(3), count(5)]));
    expect(items.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2, 3, 4]);
  });

  it('merge ends with the first error and returns the other sources', async () => {
    const log: string[] = [];
    await expect(Array.fromAsync(merge([count(1e9, log, 'a'), failing()]))).rejects.toThrow('broken');
    await expect.poll(() => log).toEqual(['a returned']);
  });

  it('merge runs a limited number of sources in order, and starts no more after an error', async () => {
    const started: number[] = [];
    let open = 0;
    let most = 0;
    async function* source(index: number): AsyncGenerator<number> {
      started.push(index);
      open += 1;
      most = Math.max(most, open);
      yield* count(3);
      open -= 1;
    }
    const sources = Array.from({ length: 7 }, (_, index) => source(index));
    expect(await Array.fromAsync(merge(sources, 2))).toHaveLength(21);
    expect(most).toBe(2);
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
    started.length = 0;
    const again = Array.from({ length: 7 }, (_, index) => source(index));
    for await (const _ of merge(again, 2)) break;
    expect(started).toEqual([0, 1]);
  });
});

describe('later', () => {
  it('later opens its source with the first step, forwards the steps, and returns the source', async () => {
    let state = 'closed';
    const open = async () => {
      state = 'open';
      return (async function* () {
        try {
          yield 1;
          yield 2;
          yield 3;
        } finally {
          state = 'returned';
        }
      })();
    };
    const items = later(open);
    expect(state).toBe('closed');
    const seen: number[] = [];
    for await (const item of items) {
      seen.push(item);
      if (item === 2) break;
    }
    expect([seen, state]).toEqual([[1, 2], 'returned']);
  });

  it('later opens no source after a return, and rejects when the source cannot be opened', async () => {
    const left = later<number>(() => Promise.reject(new Error('opened')));
    await left.return?.();
    expect(await left.next()).toEqual({ done: true, value: undefined });
    await expect(later<number>(() => Promise.reject(new Error('opened'))).next()).rejects.toThrow('opened');
  });
});
