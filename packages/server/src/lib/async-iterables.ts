/** Small tools over async iterables. Invariant: a consumer that stops early returns every source it started. */

/** `source` with its first item already awaited by `head`: lets a caller learn of an early failure before it commits to a stream. */
export interface Primed<T> {
  /** Resolves when the first item (or the end) is there; rejects with the source's first error. */
  head: Promise<void>;
  events: AsyncIterable<T>;
}

export function prime<T>(source: AsyncIterable<T>): Primed<T> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  const head = first.then(() => undefined);
  // The error is reported again by `events`; without this a caller that only reads `events` would see an unhandled rejection.
  head.catch(() => undefined);
  let begun = false;
  // Hands the source's own steps on: a generator around it would be one more promise per item.
  const replay: AsyncIterator<T> = {
    next() {
      if (begun) return iterator.next();
      begun = true;
      return first;
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
  return { head, events: { [Symbol.asyncIterator]: () => replay } };
}

/** What `open` gives, opened with the first step. Its own steps are handed on: a generator around it would be one more promise per item. */
export function later<T>(open: () => Promise<AsyncIterable<T>>): AsyncIterableIterator<T, undefined> {
  let opening: Promise<AsyncIterator<T>> | undefined;
  let source: AsyncIterator<T> | undefined;
  const start = async () => {
    source = (await open())[Symbol.asyncIterator]();
    return source;
  };
  return {
    next() {
      if (source !== undefined) return source.next();
      opening ??= start();
      return opening.then((opened) => opened.next());
    },
    async return() {
      opening ??= Promise.resolve({ next: async () => END });
      const opened = await opening;
      await opened.return?.();
      return END;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const END = { done: true, value: undefined } as const;

/**
 * Items of all sources as they come, of at most `most` at a time, in the order of the list; the next one begins when one ends.
 * The first error ends the merge; the other sources are returned, and those not begun stay untouched.
 */
export async function* merge<T>(
  sources: readonly AsyncIterable<T>[],
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<T> {
  const waiting = sources.entries();
  const iterators = new Map<number, AsyncIterator<T>>();
  const pending = new Map<number, Promise<{ index: number; result: IteratorResult<T> }>>();
  const step = (index: number, iterator: AsyncIterator<T>) => {
    const next = iterator.next().then((result) => ({ index, result }));
    pending.set(index, next);
  };
  const begin = () => {
    const { value, done } = waiting.next();
    if (done === true) return;
    const iterator = value[1][Symbol.asyncIterator]();
    iterators.set(value[0], iterator);
    step(value[0], iterator);
  };
  for (let i = 0; i < Math.min(most, sources.length); i++) begin();
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      const iterator = iterators.get(index);
      pending.delete(index);
      if (result.done === true || iterator === undefined) begin();
      else {
        step(index, iterator);
        yield result.value;
      }
    }
  } finally {
    // Not awaited: a source in the middle of a step takes its return when the step ends, and that may need the caller to act first.
    for (const [index, left] of pending) {
      left.catch(() => undefined);
      iterators
        .get(index)
        ?.return?.()
        .catch(() => undefined);
    }
  }
}
