/**
 * What each token of a GGUF vocabulary writes. Invariant: control tokens write nothing; the bytes of all others, joined, are the text
 * (but for the space that some tokenisers put before the first word).
 */

/** Token types of the format. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/** The part of a GGUF file's metadata that is needed. */
export interface GgufVocabulary {
  /** `gpt2` = every character stands for a byte; others write a space as `▁`. */
  model: string;
  tokens: readonly string[];
  /** One for each token. */
  token_type: readonly number[];
}

export interface TokenPiece {
  /** Bytes that are no whole character stand as U+FFFD; for a control token its name. */
  token: string;
  /** Null for a control token. */
  bytes: readonly number[] | null;
}

/** The printable character that stands for each byte in a byte-level vocabulary. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();
const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

/** The function that tells what a token id writes. */
export function createTokenPieces({ model, tokens, token_type: types }: GgufVocabulary): (id: number) => TokenPiece {
  const toBytes = model === 'gpt2' ? fromByteCharacters : fromSpacedText;
  return (id) => {
    const text = tokens[id] ?? '';
    const type = types[id];
    if (type === CONTROL || type === UNKNOWN) return { token: text, bytes: null };
    const bytes = type === BYTE ? fromByteName(text) : type === USER_DEFINED ? Buffer.from(text) : toBytes(text);
    return { token: bytes.toString('utf8'), bytes: [...bytes] };
  };
}

function fromByteCharacters(text: string): Buffer {
  // A character that stands for no byte is itself, as in the engine.
  return Buffer.concat(Array.from(text, (each) => Buffer.from(BYTES.has(each) ? [BYTES.get(each) ?? 0] : each)));
}

function fromSpacedText(text: string): Buffer {
  return Buffer.from(text.replaceAll('▁', ' '));
}

/** `<0x0A>` */
function fromByteName(text: string): Buffer {
  return Buffer.from([Number.parseInt(text.slice(1, -1), 16)]);
}
