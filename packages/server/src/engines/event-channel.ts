/** Passes events from callbacks to one reader, in order. Invariant: events pushed before `fail` are still read. */

export interface EventChannel<T> {
  push(item: T): void;
  /** Ends the channel with an error. Later calls have no effect. */
  fail(error: unknown): void;
  /** Ends the channel with an error and drops unread events. */
  failNow(error: unknown): void;
  /** Returns the next item. Throws the channel's error after the last item. One reader at a time. */
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
