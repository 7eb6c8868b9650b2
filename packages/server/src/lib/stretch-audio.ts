/**
 * Changes the duration of speech without its pitch: windows of the input are added at another distance, each shifted to
 * where it resembles the end of the output best (WSOLA). Pure.
 */

/** Long enough for one period of the lowest voices, short enough for syllables. */
const WINDOW_MS = 30;
/** Maximum shift of a window to either side: half a period of the lowest voices. */
const SEARCH_MS = 8;
/** Every such sample is compared. */
const COMPARE_STEP = 2;

/** `factor`: 2 = half the duration. Returns `samples` itself for factor 1. */
export function stretchAudio(samples: Float32Array, factor: number, sampleRate: number): Float32Array {
  if (factor === 1 || samples.length === 0) return samples;
  const hop = Math.round((WINDOW_MS * sampleRate) / 2000);
  const search = Math.round((SEARCH_MS * sampleRate) / 1000);
  const length = Math.round(samples.length / factor);
  const output = new Float32Array(length + 2 * hop);
  const fade = Float32Array.from({ length: 2 * hop }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop));
  /** Where the input continues after the last window, which the next window should resemble. */
  let natural = 0;
  for (let at = 0; at < length; at += hop) {
    const wanted = Math.round(at * factor);
    const from = at === 0 ? 0 : mostSimilar(samples, { wanted, natural, search, length: hop });
    for (let i = 0; i < 2 * hop; i++) {
      // The first half of the first window has nothing to fade in from.
      const weight = at === 0 && i < hop ? 1 : (fade[i] ?? 0);
      output[at + i] = (output[at + i] ?? 0) + weight * (samples[from + i] ?? 0);
    }
    natural = from + hop;
  }
  return output.subarray(0, length);
}

interface Search {
  /** Position of the window without a shift. */
  wanted: number;
  natural: number;
  /** Maximum shift. */
  search: number;
  /** Samples that are compared. */
  length: number;
}

function mostSimilar(samples: Float32Array, { wanted, natural, search, length }: Search): number {
  let best = wanted;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let from = Math.max(0, wanted - search); from <= wanted + search; from += COMPARE_STEP) {
    let product = 0;
    let energy = 1e-9;
    for (let i = 0; i < length; i += COMPARE_STEP) {
      const value = samples[from + i] ?? 0;
      product += value * (samples[natural + i] ?? 0);
      energy += value * value;
    }
    const score = product / Math.sqrt(energy);
    if (score > bestScore) {
      bestScore = score;
      best = from;
    }
  }
  return best;
}
