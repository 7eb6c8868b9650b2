/** Subscribers of topics within this process. */
export interface Topics {
  subscribe(topic: string, wake: () => void): () => void;
  emit(topic: string): void;
  /** For when it is not known what has changed. */
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
      // A function of its own: the same one may subscribe twice.
      const once = () => wake();
      const wakes = topics.get(topic) ?? new Set();
      topics.set(topic, wakes.add(once));
      return () => {
        wakes.delete(once);
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
