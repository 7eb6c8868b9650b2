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
  async function* replay(): AsyncGenerator<T> {
    try {
      for (let step = await first; step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, events: replay() };
}

/** Items of all sources as they come. The first error ends the merge; the other sources are returned. */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const step = (index: number) => (iterators[index] as AsyncIterator<T>).next().then((result) => ({ index, result }));
  const pending = new Map(iterators.map((_, index) => [index, step(index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(index);
      else {
        pending.set(index, step(index));
        yield result.value;
      }
    }
  } finally {
    // Not awaited: a source in the middle of a step takes its return when the step ends, and that may need the caller to act first.
    for (const [index, left] of pending) {
      left.catch(() => undefined);
      iterators[index]?.return?.().catch(() => undefined);
    }
  }
}
