/**
 * Reads the name of a file in a form. Clients encode names beyond ASCII in three ways: bare UTF-8, the only one that
 * the form parser reads; `filename*` (RFC 5987), which takes precedence over `filename` (RFC 6266); and encoded words
 * (RFC 2047) in `filename`. Browsers and `fetch` write a quotation mark as `%22`; other percent signs are part of the
 * name.
 */

/** Matches a parameter of a header whose bytes were read as Latin-1. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g;
const EXTENDED = /^([\w-]+)'[^']*'(.*)$/;
const ENCODED_WORD = /=\?([\w-]+)(?:\*[\w-]*)?\?([BQ])\?([^?\s]*)\?=/gi;
const BETWEEN_WORDS = /(\?=)\s+(?==\?)/g;
const ESCAPED_QUOTE = /%22/g;

/** Returns the Content-Disposition with the filename in bare UTF-8, which the form parser reads. */
export function withPlainFilename(disposition: string): string {
  const parameters = new Map<string, string>();
  for (const [, name = '', value = ''] of disposition.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, unquote(value));
  }
  const plain = parameters.get('filename');
  const filename =
    decodeExtended(parameters.get('filename*')) ?? (plain === undefined ? undefined : decodePlain(plain));
  if (filename === undefined || filename === plain) return disposition;
  return `form-data; name=${quote(parameters.get('name') ?? '')}; filename=${quote(filename)}`;
}

function unquote(value: string): string {
  const text = value.trim();
  // A backslash escapes a quotation mark or a backslash; before other characters it is part of a path.
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : text;
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Returns undefined if the value is absent, malformed or in an unknown character set: `filename` is used then. */
function decodeExtended(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = EXTENDED.exec(value ?? '') ?? [];
  return charset === '' ? undefined : toLatin1(percentBytes(encoded), charset);
}

function decodePlain(filename: string): string {
  const text = filename.replaceAll(ESCAPED_QUOTE, '"').replaceAll(BETWEEN_WORDS, '$1');
  const words = [...text.matchAll(ENCODED_WORD)];
  if (words.length === 0) return text;
  let decoded = '';
  let end = 0;
  // Adjacent words in one character set may split a character: their bytes are joined before they are decoded.
  let open: { charset: string; bytes: Buffer } | undefined;
  const close = () => {
    if (open !== undefined) decoded += toLatin1(open.bytes, open.charset) ?? '';
    open = undefined;
  };
  for (const { 0: word, 1: charset = '', 2: kind = '', 3: content = '', index } of words) {
    if (index !== end || open?.charset !== charset) close();
    decoded += text.slice(end, index);
    open = { charset, bytes: Buffer.concat([open?.bytes ?? Buffer.alloc(0), wordBytes(kind, content)]) };
    end = index + word.length;
  }
  close();
  // Words that cannot be decoded are kept unchanged rather than dropped.
  return decoded === '' ? text : decoded + text.slice(end);
}

function wordBytes(kind: string, content: string): Buffer {
  if (kind.toUpperCase() === 'B') return Buffer.from(content, 'base64');
  return percentBytes(content.replaceAll('_', ' ').replaceAll(/=(?=[\da-f]{2})/gi, '%'));
}

function percentBytes(text: string): Buffer {
  return Buffer.from(
    text.replaceAll(/%([\da-f]{2})/gi, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** Returns the UTF-8 bytes of a text as the form parser expects them: one character per byte. */
function toLatin1(bytes: Buffer, charset: string): string | undefined {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return Buffer.from(text, 'utf8').toString('latin1');
  } catch {
    return undefined;
  }
}
