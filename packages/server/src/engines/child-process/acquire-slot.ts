/** Acquires a slot of an engine and keeps its model in memory from the start of the wait to the release. */
import type { Admission } from '../admission.ts';
import type { SlotOptions } from './engine.ts';

/** Resolves with the function that releases the slot. Throws as `Admission.acquire` does. */
export async function acquireSlot(
  admission: Admission,
  engine: { use(): () => void },
  options: SlotOptions,
): Promise<() => void> {
  const endUse = engine.use();
  try {
    const release = await admission.acquire(options);
    return () => {
      release();
      endUse();
    };
  } catch (error) {
    endUse();
    throw error;
  }
}
