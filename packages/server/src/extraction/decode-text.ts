/**
 * Decodes a text file: by byte order mark, by validity as UTF-8, by the declared encoding, else by detection.
 * Invariants: constant memory besides the text; binary content and texts of an uncertain encoding are refused.
 */
import { createReadStream } from 'node:fs';
import { detectEncoding } from './detect-encoding.ts';
import { ExtractionError } from './extraction-error.ts';
import { createDecoder, unicodeFormOf } from './unicode-form.ts';

/** Content with a larger share of control characters is binary. */
const MAX_CONTROL_SHARE = 0.01;
/**
 * Up to this share of invalid sequences among the characters beyond ASCII, a text is damaged UTF-8; above, it has
 * another encoding.
 */
const MAX_BROKEN_UTF8_SHARE = 0.2;
/** Maximum share of invalid sequences among the characters beyond ASCII, for other encodings. */
const MAX_BROKEN_SHARE = 0.02;
const CHECKED_BYTES = 4096;

interface Tally {
  broken: number;
  beyondAscii: number;
  controls: number;
  nulls: number;
  escapes: number;
}

interface Decoded {
  text: string;
  tally: Tally;
}

export interface DecodeOptions {
  maxCharacters: number;
  /** The encoding that the content or its media type declares. */
  declared?: string | undefined;
}

/**
 * Returns the text of the file at `path` without its byte order mark. `head`: its first bytes. Throws `ExtractionError`
 * for binary content, an uncertain encoding, and more than `maxCharacters`.
 */
export async function decodeText(path: string, head: Buffer, options: DecodeOptions): Promise<string> {
  const { text, tally } = await decodeBest(path, head, options);
  if (tally.nulls > 0 || tally.controls > text.length * MAX_CONTROL_SHARE) {
    throw new ExtractionError('invalid_file', 'The file is named as text, but its content is binary.');
  }
  return text;
}

async function decodeBest(path: string, head: Buffer, { maxCharacters, declared }: DecodeOptions): Promise<Decoded> {
  const form = unicodeFormOf(head.subarray(0, CHECKED_BYTES));
  if (form !== undefined && form !== 'utf-8') return await decode(path, form, maxCharacters);
  const label = form === 'utf-8' ? undefined : toLabel(declared);
  const first = await decode(path, 'utf-8', maxCharacters);
  // ISO-2022-JP is a 7-bit encoding: ASCII with escape sequences.
  if (first.tally.beyondAscii === 0 && first.tally.escapes > 0) {
    const japanese = await decode(path, 'iso-2022-jp', maxCharacters);
    if (japanese.tally.broken === 0 && japanese.tally.beyondAscii > 0) return japanese;
  }
  // A text that is valid UTF-8 is read as UTF-8, also if it declares another encoding: such texts are rarely anything
  // else.
  if (form === 'utf-8' || first.tally.broken <= first.tally.beyondAscii * MAX_BROKEN_UTF8_SHARE) return first;
  if (label !== undefined && label !== 'utf-8') {
    const named = await decode(path, label, maxCharacters);
    if (isValid(named)) return named;
  }
  if (first.tally.nulls > 0 || first.tally.controls > first.text.length * MAX_CONTROL_SHARE) return first;
  const detected = await detectEncoding(path);
  const decoded = detected === undefined ? undefined : await decode(path, detected, maxCharacters);
  if (decoded !== undefined && isValid(decoded)) return decoded;
  throw new ExtractionError(
    'invalid_file',
    'The encoding of the text cannot be determined with certainty; save the file as UTF-8.',
  );
}

function isValid({ tally, text }: Decoded): boolean {
  return tally.broken <= tally.beyondAscii * MAX_BROKEN_SHARE && tally.controls <= text.length * MAX_CONTROL_SHARE;
}

function toLabel(declared: string | undefined): string | undefined {
  try {
    return declared === undefined ? undefined : new TextDecoder(declared).encoding;
  } catch {
    return undefined;
  }
}

async function decode(path: string, encoding: string, maxCharacters: number): Promise<Decoded> {
  const decoder = createDecoder(encoding);
  const tally: Tally = { broken: 0, beyondAscii: 0, controls: 0, nulls: 0, escapes: 0 };
  const parts: string[] = [];
  let characters = 0;
  const add = (part: string) => {
    characters += part.length;
    if (characters > maxCharacters) {
      throw new ExtractionError('invalid_file', `The file has more than ${maxCharacters} characters of text.`);
    }
    count(part, tally);
    parts.push(part);
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    add(decoder.decode(chunk as Buffer, { stream: true }));
  }
  add(decoder.decode());
  return { text: parts.join(''), tally };
}

function count(part: string, tally: Tally): void {
  for (let at = 0; at < part.length; at++) {
    const unit = part.charCodeAt(at);
    if (unit === 0) tally.nulls += 1;
    else if (unit === 27) tally.escapes += 1;
    else if (unit < 32 && (unit < 8 || unit > 13)) tally.controls += 1;
    else if (unit > 126) {
      tally.beyondAscii += 1;
      // C1 controls are a sign of a wrong encoding: most encodings have letters at these codes.
      if (unit === 0xfffd || (unit > 127 && unit < 160 && unit !== 0x85)) tally.broken += 1;
    }
  }
}
