/** A conversation in memory, for tests of the loop. */
import type { HistoryEntry, LoopHistory } from '../loop-store.ts';

/** @param entries the oldest first. */
export function historyOf(...entries: readonly HistoryEntry[]): LoopHistory {
  return {
    async *readBackwards() {
      yield* entries.toReversed();
    },
    readFirst: async () => entries[0],
  };
}
