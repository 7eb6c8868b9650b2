/**
 * Counts keys, values and levels of a JSON text while its bytes arrive, so that an expensive text is refused before it
 * is parsed. It allocates nothing per value. Invariant: the counts are exact for a text that `JSON.parse` accepts;
 * other texts are left to `JSON.parse`.
 */

export interface JsonCeilings {
  /** Nested objects and arrays. */
  readonly depth: number;
  /** Keys of one object. */
  readonly objectKeys: number;
  /** Keys of all objects together. */
  readonly keys: number;
  /** Strings that are not keys. */
  readonly strings: number;
  /** Objects and arrays. */
  readonly containers: number;
  /** Numbers, `true`, `false` and `null`. */
  readonly scalars: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;

/** Classes of bytes outside strings. */
const SEPARATOR = 0;
const SCALAR = 1;
const STRING = 2;
const COMMA = 3;
const OPEN = 4;
const CLOSE = 5;

const CLASS_OF_BYTE = new Uint8Array(256).fill(SCALAR);
CLASS_OF_BYTE.fill(SEPARATOR, 0, 0x21);
for (const [bytes, kind] of [
  [':', SEPARATOR],
  ['"', STRING],
  [',', COMMA],
  ['[{', OPEN],
  [']}', CLOSE],
] as const) {
  for (const byte of Buffer.from(bytes)) CLASS_OF_BYTE[byte] = kind;
}

const MAX_SHOWN_KEY_BYTES = 64;
const SEARCH_AFTER_BYTES = 32;

/** Scans one text. */
export class JsonScanner {
  /** Totals so far. */
  readonly counts = { keys: 0, strings: 0, containers: 0, scalars: 0 };
  readonly #ceilings: JsonCeilings;
  #depth = 0;
  /** Per open container: whether it is an array, its commas so far, and the position of its latest key in the text. */
  readonly #isArray: boolean[] = [false];
  readonly #commas: number[] = [0];
  readonly #keyStart: number[] = [0];
  readonly #keyEnd: number[] = [0];
  /** Bytes of the chunks before this one. */
  #offset = 0;
  #inString = false;
  #isEscaped = false;
  #inScalar = false;
  /** The next string in an object is a key. */
  #expectsKey = false;
  #inKey = false;

  constructor(ceilings: JsonCeilings) {
    this.#ceilings = ceilings;
  }

  /** Returns the first ceiling that the text exceeds; the scanner must not be used after that. */
  scan(chunk: Uint8Array): keyof JsonCeilings | undefined {
    const { length } = chunk;
    let at = this.#inString ? this.#skipString(chunk, 0) : 0;
    let inScalar = this.#inScalar;
    while (at < length) {
      const byte = chunk[at] as number;
      const kind = CLASS_OF_BYTE[byte];
      at += 1;
      if (kind === SEPARATOR || (kind === SCALAR && inScalar)) {
        inScalar = kind === SCALAR;
        continue;
      }
      inScalar = kind === SCALAR;
      const exceeded = kind === STRING ? this.#enterString(at) : this.#enter(kind, byte);
      if (exceeded !== undefined) return exceeded;
      if (kind === STRING) at = this.#skipString(chunk, at);
    }
    this.#inScalar = inScalar;
    this.#offset += length;
    return undefined;
  }

  /** Returns the path of the current position. `text`: the bytes scanned so far, the last chunk included. */
  path(text: Uint8Array): (string | number)[] {
    const path: (string | number)[] = [];
    for (let level = 1; level <= this.#depth; level += 1) {
      const [start, end] = [this.#keyStart[level] as number, this.#keyEnd[level] as number];
      // The key of the last object is one of many.
      if (this.#isArray[level]) path.push(this.#commas[level] as number);
      else if (level < this.#depth) path.push(toKey(text.subarray(start, Math.min(end, start + MAX_SHOWN_KEY_BYTES))));
    }
    return path;
  }

  /** Counts the value or container that starts or ends with this byte. */
  #enter(kind: number | undefined, byte: number): keyof JsonCeilings | undefined {
    const depth = this.#depth;
    if (kind === COMMA) {
      this.#commas[depth] = (this.#commas[depth] as number) + 1;
      this.#expectsKey = !(this.#isArray[depth] as boolean);
      return undefined;
    }
    if (kind === OPEN) return this.#open(byte === OPEN_BRACKET);
    if (kind === CLOSE) {
      if (depth > 0) this.#depth = depth - 1;
      this.#expectsKey = false;
      return undefined;
    }
    this.counts.scalars += 1;
    return this.counts.scalars > this.#ceilings.scalars ? 'scalars' : undefined;
  }

  #open(isArray: boolean): keyof JsonCeilings | undefined {
    this.counts.containers += 1;
    if (this.counts.containers > this.#ceilings.containers) return 'containers';
    if (this.#depth === this.#ceilings.depth) return 'depth';
    this.#depth += 1;
    this.#isArray[this.#depth] = isArray;
    this.#commas[this.#depth] = 0;
    this.#expectsKey = !isArray;
    return undefined;
  }

  /** `start`: index of its first character in this chunk. */
  #enterString(start: number): keyof JsonCeilings | undefined {
    this.#inString = true;
    this.#inKey = this.#expectsKey;
    this.#expectsKey = false;
    if (!this.#inKey) {
      this.counts.strings += 1;
      return this.counts.strings > this.#ceilings.strings ? 'strings' : undefined;
    }
    this.#keyStart[this.#depth] = this.#offset + start;
    this.counts.keys += 1;
    if ((this.#commas[this.#depth] as number) >= this.#ceilings.objectKeys) return 'objectKeys';
    return this.counts.keys > this.#ceilings.keys ? 'keys' : undefined;
  }

  /** Returns the end of the string or of the chunk. */
  #skipString(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at += 1;
    }
    let quote = -1;
    let searchAt = at + SEARCH_AFTER_BYTES;
    while (at < chunk.length) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        this.#inString = false;
        if (this.#inKey) this.#keyEnd[this.#depth] = this.#offset + at;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
      // A native search is faster than this loop for all but short strings.
      if (at < searchAt || at >= chunk.length) continue;
      if (quote < at) quote = endOf(chunk, QUOTE, at);
      at += endOf(chunk.subarray(at, quote), BACKSLASH, 0);
      searchAt = at + SEARCH_AFTER_BYTES;
    }
    this.#isEscaped = at > chunk.length;
    return chunk.length;
  }
}

/** Returns the next index of the byte, or the length of `bytes`. */
function endOf(bytes: Uint8Array, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found === -1 ? bytes.length : found;
}

function toKey(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
