/** Detects the Unicode encoding of a text by its byte order mark or by the positions of its zero bytes. */

export type UnicodeForm = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Minimum share of ASCII in UTF-16 text: every text has line ends or digits. */
const MIN_ASCII_SHARE = 0.01;
/** Minimum share of ASCII in UTF-16 text of Latin letters. */
const MIN_LATIN_SHARE = 0.5;
/** Minimum share of bytes outside ASCII that distinguishes other scripts from ASCII with a stray zero. */
const MIN_OTHER_SHARE = 0.1;

/**
 * Returns undefined for UTF-8 without a mark and for other encodings. `head`: the first bytes, an even number if the
 * file has more.
 */
export function unicodeFormOf(head: Buffer): UnicodeForm | undefined {
  const mark = markOf(head);
  if (mark !== undefined) return mark;
  const zeros = [0, 0, 0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1;
  const [first = 0, second = 0, third = 0, fourth = 0] = zeros;
  const units = Math.floor(head.length / 4);
  // In UTF-32 the highest byte is always zero, and the next one nearly always.
  if (units > 0 && fourth === units && third > units / 2 && first < units / 2) return 'utf-32le';
  if (units > 0 && first === units && second > units / 2 && fourth < units / 2) return 'utf-32be';
  const [even, odd] = [first + third, second + fourth];
  const least = Math.max(1, (head.length / 2) * (hasNoAscii(head) ? MIN_ASCII_SHARE : MIN_LATIN_SHARE));
  if (odd >= least && even === 0) return 'utf-16le';
  if (even >= least && odd === 0) return 'utf-16be';
  return undefined;
}

function hasNoAscii(head: Buffer): boolean {
  const others = head.reduce((count, byte) => count + (byte > 127 || (byte > 0 && byte < 9) ? 1 : 0), 0);
  return others >= head.length * MIN_OTHER_SHARE;
}

function markOf(head: Buffer): UnicodeForm | undefined {
  const mark = head.toString('latin1', 0, 4);
  if (mark === '\xff\xfe\0\0') return 'utf-32le';
  if (mark === '\0\0\xfe\xff') return 'utf-32be';
  if (mark.startsWith('\xff\xfe')) return 'utf-16le';
  if (mark.startsWith('\xfe\xff')) return 'utf-16be';
  return mark.startsWith('\xef\xbb\xbf') ? 'utf-8' : undefined;
}

export interface StreamDecoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

/** `TextDecoder` with support for UTF-32. Removes a byte order mark. Throws RangeError for an unknown label. */
export function createDecoder(encoding: string): StreamDecoder {
  return encoding === 'utf-32le' || encoding === 'utf-32be' ? new Utf32Decoder(encoding) : new TextDecoder(encoding);
}

class Utf32Decoder implements StreamDecoder {
  readonly #read: (bytes: Buffer, at: number) => number;
  #rest = Buffer.alloc(0);
  #isStart = true;

  constructor(encoding: 'utf-32le' | 'utf-32be') {
    this.#read = (bytes, at) => (encoding === 'utf-32le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  }

  decode(bytes: Uint8Array = Buffer.alloc(0), { stream } = { stream: false }): string {
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % 4);
    this.#rest = all.subarray(whole);
    const characters: string[] = [];
    for (let at = 0; at < whole; at += 4) {
      const point = this.#read(all, at);
      const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
      if (!(this.#isStart && point === 0xfeff)) characters.push(isCharacter ? String.fromCodePoint(point) : '\ufffd');
      this.#isStart = false;
    }
    if (!stream && this.#rest.length > 0) characters.push('\ufffd');
    return characters.join('');
  }
}
