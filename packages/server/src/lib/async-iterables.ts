/** Tools for async iterables. Invariant: a consumer that stops early returns every source that was started. */

/**
 * A source whose first item is already requested, so that a caller detects an early failure before it starts a stream.
 */
export interface Primed<T> {
  /** Resolves with the first item or the end; rejects with the first error of the source. */
  head: Promise<void>;
  events: AsyncIterable<T>;
}

export function prime<T>(source: AsyncIterable<T>): Primed<T> {
  const iterator = source[Symbol.asyncIterator]();
  const first = iterator.next();
  const head = first.then(() => undefined);
  // `events` reports the error again. Without this handler, a caller that only reads `events` causes an unhandled
  // rejection.
  head.catch(() => undefined);
  let hasStarted = false;
  // Forwards the steps of the source, because a generator around it adds a promise per item.
  const replay: AsyncIterator<T> = {
    next() {
      if (hasStarted) return iterator.next();
      hasStarted = true;
      return first;
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
  return { head, events: { [Symbol.asyncIterator]: () => replay } };
}

/** Opens the source with the first step. Forwards its steps, because a generator around it adds a promise per item. */
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
 * Yields items of all sources as they arrive. At most `maxActive` sources run in parallel, in the order of the list;
 * the next one starts when one ends. The first error ends the merge: the other running sources are returned, and later
 * ones are not started.
 */
export async function* merge<T>(
  sources: readonly AsyncIterable<T>[],
  maxActive = Number.POSITIVE_INFINITY,
): AsyncGenerator<T> {
  const waiting = sources.entries();
  const iterators = new Map<number, AsyncIterator<T>>();
  const pending = new Map<number, Promise<{ index: number; result: IteratorResult<T> }>>();
  const step = (index: number, iterator: AsyncIterator<T>) => {
    const next = iterator.next().then((result) => ({ index, result }));
    pending.set(index, next);
  };
  const startNext = () => {
    const { value, done } = waiting.next();
    if (done === true) return;
    const iterator = value[1][Symbol.asyncIterator]();
    iterators.set(value[0], iterator);
    step(value[0], iterator);
  };
  for (let i = 0; i < Math.min(maxActive, sources.length); i++) startNext();
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      const iterator = iterators.get(index);
      pending.delete(index);
      if (result.done === true || iterator === undefined) startNext();
      else {
        step(index, iterator);
        yield result.value;
      }
    }
  } finally {
    // Not awaited: a source in the middle of a step handles its return after the step, which may need an action of the
    // caller.
    for (const [index, left] of pending) {
      left.catch(() => undefined);
      iterators
        .get(index)
        ?.return?.()
        .catch(() => undefined);
    }
  }
}

/** One value as a source. */
export async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}
