/**
 * Copies what one sequence of a context has evaluated to another one: a matter of milliseconds, where reading it again takes seconds.
 * The binding does it for itself only, so this reaches into its internals, as logit-tap.ts does.
 */
import type { LlamaContextSequence } from 'node-llama-cpp';

interface Internals {
  /** Resolves true when the whole state has been copied. */
  _copyStateFromOtherSequence(from: LlamaContextSequence, upTo: number): Promise<boolean>;
}

/** `to` becomes what `from` is, between evaluations; resolves false, with `to` empty, where the model's state cannot be copied. */
export async function copyState(from: LlamaContextSequence, to: LlamaContextSequence): Promise<boolean> {
  const copied = await (to as unknown as Internals)._copyStateFromOtherSequence(from, from.nextTokenIndex);
  if (!copied) await to.clearHistory();
  return copied;
}
