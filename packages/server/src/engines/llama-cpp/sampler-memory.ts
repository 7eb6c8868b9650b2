/**
 * The binding gives every evaluation a sampler with a copy of the vocabulary (3 MB at 262k tokens) that is freed when JavaScript collects
 * the sampler, and the collector does not know how large it is: hundreds of them pile up. This collects them in time.
 */

export interface SamplerMemory {
  /** An evaluation has begun. */
  count(): void;
  /** Collects when it is time; for a moment when the main thread has nothing better to do. */
  sweep(): void;
}

type Collect = (options: { type: 'minor' | 'major' }) => void;

const BYTES_PER_TOKEN = 12;
/** Well under a millisecond: most samplers die young. */
const MINOR_EVERY_BYTES = 32e6;
/** Tens of milliseconds: for samplers that outlived a minor one, those of long answers and of many at once. */
const MAJOR_EVERY_BYTES = 128e6;

/** `collect` is there when the process runs with `--expose-gc`; without it nothing happens. */
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
