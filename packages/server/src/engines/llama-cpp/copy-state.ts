/**
 * Copies the state of a sequence to another one of the same context. This takes milliseconds; evaluating the tokens
 * again takes seconds. The binding has no public function for it, so this file uses its internals, as logit-tap.ts
 * does.
 */
import type { LlamaContextSequence } from 'node-llama-cpp';

interface Internals {
  /** Resolves with true when the whole state has been copied. */
  _copyStateFromOtherSequence(from: LlamaContextSequence, upTo: number): Promise<boolean>;
}

/** Call between evaluations. Resolves with false, and clears `to`, if the model's state cannot be copied. */
export async function copyState(from: LlamaContextSequence, to: LlamaContextSequence): Promise<boolean> {
  const copied = await (to as unknown as Internals)._copyStateFromOtherSequence(from, from.nextTokenIndex);
  if (!copied) await to.clearHistory();
  return copied;
}
