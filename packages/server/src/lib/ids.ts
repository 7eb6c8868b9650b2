/**
 * Ids: prefix + 24 lower-case base-32 characters: 9 of time (ms), 4 of a counter, 11 random (55 bits).
 * Invariant: one source never gives an id that sorts (byte order) before an earlier one with the same prefix, within one
 * millisecond and across a clock that steps back; two sources in any processes do not collide, and ids cannot be guessed.
 */
import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Gives the next id: `prefix` (e.g. `chatcmpl-`, with its own separator) followed by 24 characters of `[0-9a-z]`. */
export type IdSource = (prefix: string) => string;

/** In ASCII order, without i, l, o, u. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 9;
const COUNTER_CHARACTERS = 4;
const RANDOM_CHARACTERS = 11;
const COUNTER_LIMIT = 32 ** COUNTER_CHARACTERS;
const RANDOM_POOL_BYTES = RANDOM_CHARACTERS * 256;

function encode(value: number, characters: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < characters; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Random characters, drawn from the system's generator in pools: one call per 256 ids. */
function createRandomText(): () => string {
  const pool = new Uint8Array(RANDOM_POOL_BYTES);
  let used = RANDOM_POOL_BYTES;
  return () => {
    if (used === RANDOM_POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    let text = '';
    for (const byte of pool.subarray(used, used + RANDOM_CHARACTERS)) text += ALPHABET.charAt(byte % 32);
    used += RANDOM_CHARACTERS;
    return text;
  };
}

/** One source per process; order is kept within a source only. */
export function createIdSource(clock: Clock): IdSource {
  const randomText = createRandomText();
  let timeMs = 0;
  let counter = 0;
  let timeText = encode(0, TIME_CHARACTERS);

  return (prefix) => {
    const nowMs = Math.floor(clock.now());
    counter += 1;
    // A full counter borrows the next millisecond: order matters more than the time an id shows.
    const nextMs = counter === COUNTER_LIMIT ? Math.max(nowMs, timeMs + 1) : nowMs;
    if (nextMs > timeMs) {
      timeMs = nextMs;
      counter = 0;
      timeText = encode(timeMs, TIME_CHARACTERS);
    }
    return prefix + timeText + encode(counter, COUNTER_CHARACTERS) + randomText();
  };
}
