/** Repeatable random numbers. */

/** Returns a generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a generator of standard normal numbers, the same for the same seed. */
export function createNormal(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Returns the seed of a run, SELFSAME_TEST_SEED or a new one, and prints it, so that a failing run can be repeated. */
export function announceSeed(subject: string): number {
  const seed = Number(process.env['SELFSAME_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${subject}: SELFSAME_TEST_SEED=${seed}`);
  return seed;
}
