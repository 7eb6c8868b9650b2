/** Polling: waits for a condition instead of a fixed time. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 5000. */
  timeoutMs?: number;
  /** Between two calls of the condition. Default 20. */
  intervalMs?: number;
}

/** Calls `read` until `isReached` accepts its value, and resolves with that value. The error names the last value. */
export async function untilValue<T>(
  read: () => T | Promise<T>,
  isReached: (value: T) => boolean,
  { timeoutMs = 5000, intervalMs = 20 }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isReached(value)) return value;
    if (performance.now() >= deadline) {
      throw new Error(`Still ${JSON.stringify(value)?.slice(0, 200)} after ${timeoutMs} ms.`);
    }
    await sleep(intervalMs);
  }
}

/** Resolves with the first truthy value of `condition`. Throws after the timeout, or the error of `condition`. */
export async function until<T>(condition: () => T | Promise<T>, options: UntilOptions = {}): Promise<NonNullable<T>> {
  return (await untilValue(condition, Boolean, options)) as NonNullable<T>;
}
