/**
 * Runs the garbage collector for samplers. The binding allocates a sampler with a copy of the vocabulary (3 MB for 262k
 * tokens) per evaluation and frees it with its JavaScript object. The collector does not see this memory, so without
 * this hundreds would accumulate.
 */

export interface SamplerMemory {
  /** Call when an evaluation starts. */
  count(): void;
  /** Collects if enough samplers were allocated. Call while the main thread is idle. */
  sweep(): void;
}

type Collect = (options: { type: 'minor' | 'major' }) => void;

const BYTES_PER_TOKEN = 12;
/** A minor collection takes well under a millisecond and frees most samplers. */
const MINOR_EVERY_BYTES = 32e6;
/** A major collection takes tens of milliseconds and frees samplers that survived a minor one. */
const MAJOR_EVERY_BYTES = 128e6;

/** `collect` exists if the process runs with `--expose-gc`; without it nothing is collected. */
export function createSamplerMemory(vocabularyTokens: number, collect: Collect | undefined): SamplerMemory {
  const each = vocabularyTokens * BYTES_PER_TOKEN;
  let sinceMinor = 0;
  let sinceMajor = 0;
  return {
    count() {
      sinceMinor += each;
      sinceMajor += each;
    },
    sweep() {
      if (sinceMinor < MINOR_EVERY_BYTES) return;
      const type = sinceMajor < MAJOR_EVERY_BYTES ? 'minor' : 'major';
      collect?.({ type });
      sinceMinor = 0;
      if (type === 'major') sinceMajor = 0;
    },
  };
}
