/**
 * Ids: prefix + 24 lower-case base-32 characters: 9 of time (ms), 4 of a counter, 11 random (55 bits). Invariants: ids
 * of one source and prefix are in byte order of their creation, also within one millisecond and when the clock steps
 * back; ids of several sources do not collide; ids cannot be guessed.
 */
import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Returns the next id: `prefix` (e.g. `chatcmpl-`, separator included) followed by 24 characters of `[0-9a-z]`. */
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

/** Returns random characters, drawn from the system generator once per 256 ids. */
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
    // A full counter uses the next millisecond, because order matters more than the time in an id.
    const nextMs = counter === COUNTER_LIMIT ? Math.max(nowMs, timeMs + 1) : nowMs;
    if (nextMs > timeMs) {
      timeMs = nextMs;
      counter = 0;
      timeText = encode(timeMs, TIME_CHARACTERS);
    }
    return prefix + timeText + encode(counter, COUNTER_CHARACTERS) + randomText();
  };
}
