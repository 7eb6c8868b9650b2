/**
 * A bounded cache of loaded values, each kept for a fixed time. Invariants: no value older than `ttlMs`, counted from the start of
 * its load, is answered; one load per key at a time; what is not asked for goes first when the cache is full.
 */
import type { Clock } from './clock.ts';

export interface TtlCache<V> {
  /** The value, loaded when it is not known or too old. Rejects with the load's error, which is not kept. */
  retrieve(key: string): Promise<V>;
  /** The next `retrieve` of any key loads again; a load under way is not kept. */
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
  /** In order of use: the first was not asked for the longest. */
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
      // A clock that stepped back makes ages negative; such entries count as old.
      if (entry === undefined || nowMs - entry.loadedAt >= ttlMs || nowMs < entry.loadedAt) return store(key, nowMs);
      entries.set(key, entry);
      return entry.value;
    },
    clear: () => entries.clear(),
  };
}
