/**
 * Lets a source run ahead of a slow reader. Invariants: at most `maxWaiting` values are buffered; the source has ended
 * when the reader ends.
 */

/**
 * Yields the values of `source` in order, and its error after them. A reader that stops early ends the source.
 * @param maxWaiting buffered values at which the source is paused.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, maxWaiting: number): AsyncGenerator<T> {
  const waiting: T[] = [];
  let hasReaderLeft = false;
  let ended: { error?: unknown } | undefined;
  let moved = Promise.withResolvers<void>();
  const move = () => {
    moved.resolve();
    moved = Promise.withResolvers();
  };
  const fill = async () => {
    for await (const value of source) {
      waiting.push(value);
      move();
      while (waiting.length >= maxWaiting && !hasReaderLeft) await moved.promise;
      if (hasReaderLeft) return;
    }
  };
  const filled = fill().then(
    () => {
      ended = {};
      move();
    },
    (error: unknown) => {
      ended = { error };
      move();
    },
  );
  try {
    for (;;) {
      const value = waiting.shift();
      if (value !== undefined) {
        move();
        yield value;
      } else if (ended === undefined) await moved.promise;
      else if ('error' in ended) throw ended.error;
      else return;
    }
  } finally {
    hasReaderLeft = true;
    move();
    await filled;
  }
}
