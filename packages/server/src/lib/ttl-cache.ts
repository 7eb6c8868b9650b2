/**
 * A bounded cache of loaded values. Invariants: no value older than `ttlMs`, counted from the start of its load, is
 * returned; one load per key runs at a time; the least recently used entry is evicted first.
 */
import type { Clock } from './clock.ts';

export interface TtlCache<V> {
  /**
   * Returns the value, and loads it when it is missing or expired. Rejects with the error of the load, which is not
   * cached.
   */
  retrieve(key: string): Promise<V>;
  /** Clears all entries. The result of a running load is not cached. */
  clear(): void;
}

export interface TtlCacheOptions<V> {
  clock: Clock;
  ttlMs: number;
  maxEntries: number;
  load: (key: string) => Promise<V>;
}

interface Entry<V> {
  value: Promise<V>;
  loadedAt: number;
}

export function createTtlCache<V>({ clock, ttlMs, maxEntries, load }: TtlCacheOptions<V>): TtlCache<V> {
  /** In order of use: the first entry is the least recently used. */
  const entries = new Map<string, Entry<V>>();

  function store(key: string, loadedAt: number): Promise<V> {
    const entry: Entry<V> = { value: load(key), loadedAt };
    entries.set(key, entry);
    entry.value.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    return entry.value;
  }

  return {
    retrieve(key) {
      const nowMs = clock.now();
      const entry = entries.get(key);
      entries.delete(key);
      // A clock that stepped back makes ages negative; such entries count as expired.
      if (entry === undefined || nowMs - entry.loadedAt >= ttlMs || nowMs < entry.loadedAt) return store(key, nowMs);
      entries.set(key, entry);
      return entry.value;
    },
    clear: () => entries.clear(),
  };
}
