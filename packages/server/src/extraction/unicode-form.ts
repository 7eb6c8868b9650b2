/** Which form of Unicode a text has, by its byte order mark or by where its zeros lie. */

export type UnicodeForm = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** Text in UTF-16 has ASCII, if only line ends and digits: at least this share of its units. */
const MIN_ASCII_SHARE = 0.01;
/** A text in Latin letters has more of it. */
const MIN_LATIN_SHARE = 0.5;
/** Bytes that ASCII lacks: fewer than this share are in a file of ASCII with a stray zero. */
const MIN_OTHER_SHARE = 0.1;

/** Undefined when neither a mark nor zeros say it: then it is UTF-8 or no Unicode. `head`: the first bytes, an even number if there are more. */
export function unicodeFormOf(head: Buffer): UnicodeForm | undefined {
  const mark = markOf(head);
  if (mark !== undefined) return mark;
  const zeros = [0, 0, 0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1;
  const [first = 0, second = 0, third = 0, fourth = 0] = zeros;
  const units = Math.floor(head.length / 4);
  // No character of Unicode needs the highest byte, and few files need the one below.
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

/** `TextDecoder` with UTF-32 besides. Takes off a byte order mark. Throws RangeError for a label that is not known. */
export function createDecoder(encoding: string): StreamDecoder {
  return encoding === 'utf-32le' || encoding === 'utf-32be' ? new Utf32Decoder(encoding) : new TextDecoder(encoding);
}

class Utf32Decoder implements StreamDecoder {
  readonly #read: (bytes: Buffer, at: number) => number;
  #rest = Buffer.alloc(0);
  #begins = true;

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
      if (!(this.#begins && point === 0xfeff)) characters.push(isCharacter ? String.fromCodePoint(point) : '\ufffd');
      this.#begins = false;
    }
    if (!stream && this.#rest.length > 0) characters.push('\ufffd');
    return characters.join('');
  }
}
