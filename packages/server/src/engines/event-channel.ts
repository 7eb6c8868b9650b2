/**
 * Hands events from callbacks to one reader, in order. Invariant: what was pushed before the failure or the end is
 * still read.
 */

export interface EventChannel<T> {
  push(item: T): void;
  /** Ends the channel with an error; the first one counts. */
  fail(error: unknown): void;
  /** Ends it with an error that overtakes what was not read yet. */
  failNow(error: unknown): void;
  /** The next item; throws the channel's error once everything before it was read. One reader at a time. */
  take(): Promise<T>;
}

export function createEventChannel<T>(): EventChannel<T> {
  let items: T[] = [];
  let at = 0;
  let failure: { error: unknown } | undefined;
  let reader: { resolve(item: T): void; reject(error: unknown): void } | undefined;

  return {
    push(item) {
      if (failure !== undefined) return;
      if (reader === undefined) items.push(item);
      else {
        reader.resolve(item);
        reader = undefined;
      }
    },
    fail(error) {
      failure ??= { error };
      reader?.reject(error);
      reader = undefined;
    },
    failNow(error) {
      items = [];
      at = 0;
      failure = { error };
      reader?.reject(error);
      reader = undefined;
    },
    async take() {
      const item = items[at];
      if (item !== undefined) {
        at += 1;
        if (at === items.length) {
          items = [];
          at = 0;
        }
        return item;
      }
      if (failure !== undefined) throw failure.error;
      return await new Promise<T>((resolve, reject) => {
        reader = { resolve, reject };
      });
    },
  };
}
