/**
 * Converts token ids of a GGUF vocabulary to bytes. Invariant: control tokens have no bytes; the joined bytes of all
 * other tokens are the text (apart from the space that some tokenizers add before the first word).
 */

/** Token types of the GGUF format. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

/** The part of a GGUF file's metadata that is used here. */
export interface GgufVocabulary {
  /** `gpt2` = every character represents a byte; other vocabularies write a space as `▁`. */
  model: string;
  tokens: readonly string[];
  /** One for each token. */
  token_type: readonly number[];
}

export interface TokenPiece {
  /** The text, with U+FFFD for incomplete characters; for a control token its name. */
  token: string;
  /** Null for a control token. */
  bytes: readonly number[] | null;
}

/** The printable character for each byte in a byte-level vocabulary. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();
const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

function byteCharacters(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

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
  // Characters that represent no byte are kept, as in the engine.
  return Buffer.concat(Array.from(text, (each) => Buffer.from(BYTES.has(each) ? [BYTES.get(each) ?? 0] : each)));
}

function fromSpacedText(text: string): Buffer {
  return Buffer.from(text.replaceAll('▁', ' '));
}

/** `<0x0A>` */
function fromByteName(text: string): Buffer {
  return Buffer.from([Number.parseInt(text.slice(1, -1), 16)]);
}
