/**
 * Door: being woken when a transaction of any process has written something. Invariant: a wake may come without a reason and never
 * carries data: whoever is woken reads the database.
 */
export interface Signals {
  /** Calls `wake` after each commit that signalled `topic`, in this process at once, in others soon after. Answers how to stop. */
  subscribe(topic: string, wake: () => void): () => void;
}
