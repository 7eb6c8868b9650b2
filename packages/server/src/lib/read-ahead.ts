/** Lets a source run ahead of a slow reader. Invariant: at most `most` values wait; the source has ended when the reader is answered so. */

/**
 * Yields what `source` yields, in order; its error comes after the values that came before it. A reader who leaves ends the source.
 * @param most values that wait before the source is held back.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, most: number): AsyncGenerator<T> {
  const waiting: T[] = [];
  let left = false;
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
      while (waiting.length >= most && !left) await moved.promise;
      if (left) return;
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
    left = true;
    move();
    await filled;
  }
}
