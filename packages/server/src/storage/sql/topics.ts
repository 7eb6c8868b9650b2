/** Subscribers of topics in this process. */
export interface Topics {
  subscribe(topic: string, wake: () => void): () => void;
  emit(topic: string): void;
  /** Wakes all subscribers, when the change is unknown. */
  emitAll(): void;
  readonly size: number;
}

export function createTopics(): Topics {
  const topics = new Map<string, Set<() => void>>();
  function emit(topic: string): void {
    for (const wake of topics.get(topic) ?? []) wake();
  }
  return {
    subscribe(topic, wake) {
      // A new function, because the same `wake` may subscribe twice.
      const entry = () => wake();
      const wakes = topics.get(topic) ?? new Set();
      topics.set(topic, wakes.add(entry));
      return () => {
        wakes.delete(entry);
        if (wakes.size === 0 && topics.get(topic) === wakes) topics.delete(topic);
      };
    },
    emit,
    emitAll: () => [...topics.keys()].forEach(emit),
    get size() {
      return topics.size;
    },
  };
}
