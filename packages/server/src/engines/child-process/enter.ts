/** One way into an engine: whoever waits for a slot keeps the model in memory, and so does whoever has one. */
import type { Admission } from '../admission.ts';
import type { GenerateOptions } from '../language-model.ts';

/** Resolves with the function that leaves again. Throws what `Admission.enter` throws. */
export async function enter(
  admission: Admission,
  engine: { use(): () => void },
  options: Pick<GenerateOptions, 'signal' | 'priority'>,
): Promise<() => void> {
  const release = engine.use();
  try {
    const leave = await admission.enter(options);
    return () => {
      leave();
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}
