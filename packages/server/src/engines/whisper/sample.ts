/** Chooses tokens from log odds, and measures how sure the choice is. */

export interface Choice {
  token: number;
  logprob: number;
}

/** `random`: numbers from 0 to 1. Temperature 0 chooses the most probable token. */
export function choose(logits: Float32Array, temperature: number, random: () => number): Choice {
  const best = indexOfMax(logits);
  const max = logits[best] ?? 0;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  const token = temperature === 0 ? best : draw(logits, { temperature, max, random });
  return { token, logprob: (logits[token] ?? 0) - max - Math.log(sum) };
}

/** Probability of `token` before any rule. */
export function probabilityOf(logits: Float32Array, token: number): number {
  const max = logits[indexOfMax(logits)] ?? 0;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  return Math.exp((logits[token] ?? 0) - max) / sum;
}

export function indexOfMax(values: Float32Array, from = 0, to = values.length): number {
  let best = from;
  for (let i = from + 1; i < to; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

function draw(
  logits: Float32Array,
  { temperature, max, random }: { temperature: number; max: number; random: () => number },
): number {
  const weightOf = (value: number) => Math.exp((value - max) / temperature);
  let sum = 0;
  for (const value of logits) sum += weightOf(value);
  let left = random() * sum;
  for (const [token, value] of logits.entries()) {
    left -= weightOf(value);
    if (left <= 0) return token;
  }
  return indexOfMax(logits);
}

/** The same numbers in every process (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
