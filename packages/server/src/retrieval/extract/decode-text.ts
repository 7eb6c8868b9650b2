/**
 * Bytes of a text file to text: UTF-8, UTF-16 or Latin-1 (Windows-1252), by byte order mark, else by what the bytes allow. Invariants:
 * flat memory beyond the text itself; content that is no text is refused.
 */
import { createReadStream } from 'node:fs';
import { ExtractionError } from './extraction-error.ts';

/** More control characters than this share of all are no text. */
const MOST_CONTROLS = 0.01;
/** UTF-8 with fewer broken characters than this share of those beyond ASCII is damaged UTF-8, with more it is another encoding. */
const MOST_BROKEN = 0.2;

interface Tally {
  broken: number;
  beyondAscii: number;
  controls: number;
  nulls: number;
}

/**
 * The whole text of the file at `path`, without its byte order mark. `head`: its first bytes. `declared`: the encoding that the content
 * names, tried where the bytes are not UTF-8. Throws `ExtractionError` for binary content and for more than `mostCharacters`.
 */
export async function decodeText(
  path: string,
  head: Buffer,
  { mostCharacters, declared }: { mostCharacters: number; declared?: string | undefined },
): Promise<string> {
  const encoding = encodingOf(head);
  const first = await decode(path, encoding, mostCharacters);
  const isUtf8 = encoding !== 'utf-8' || first.tally.broken <= first.tally.beyondAscii * MOST_BROKEN;
  const decoded = isUtf8 ? first : await decode(path, known(declared) ?? 'windows-1252', mostCharacters);
  const { nulls, controls } = decoded.tally;
  if (nulls > 0 || controls > decoded.text.length * MOST_CONTROLS) {
    throw new ExtractionError('invalid_file', 'The file is named as text, but its content is binary.');
  }
  return decoded.text;
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // Without a mark UTF-16 shows by its zeros: Latin letters have one in every second place, and always in the same.
  const zeros = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = head.length / 4;
  if (odd > many && even === 0) return 'utf-16le';
  if (even > many && odd === 0) return 'utf-16be';
  return 'utf-8';
}

function known(label: string | undefined): string | undefined {
  try {
    return label === undefined ? undefined : new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

async function decode(path: string, encoding: string, mostCharacters: number): Promise<{ text: string; tally: Tally }> {
  const decoder = new TextDecoder(encoding);
  const tally: Tally = { broken: 0, beyondAscii: 0, controls: 0, nulls: 0 };
  const parts: string[] = [];
  let characters = 0;
  const add = (part: string) => {
    characters += part.length;
    if (characters > mostCharacters) {
      throw new ExtractionError('invalid_file', `The file has more than ${mostCharacters} characters of text.`);
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
    else if (unit < 32 && (unit < 8 || (unit > 13 && unit !== 27))) tally.controls += 1;
    else if (unit > 126) {
      tally.beyondAscii += 1;
      if (unit === 0xfffd) tally.broken += 1;
    }
  }
}
