/** Encodes text in encodings that `TextDecoder` can only decode, by inverting the decoder. */

const tables = new Map<string, Map<string, Buffer>>();

/** Throws for a character that the encoding lacks. */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return encodeUtf32(text, encoding);
  if (encoding === 'iso-2022-jp') return encodeIso2022Jp(text);
  const table = tables.get(encoding) ?? makeTable(encoding);
  tables.set(encoding, table);
  const parts = Array.from(text, (character) => {
    const bytes = table.get(character);
    if (bytes === undefined) throw new Error(`${encoding} has no ${character}.`);
    return bytes;
  });
  return Buffer.concat(parts);
}

function makeTable(encoding: string): Map<string, Buffer> {
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, Buffer>();
  const add = (bytes: Buffer) => {
    const [character = '', ...more] = decoder.decode(bytes);
    if (more.length === 0 && character !== '\ufffd' && !table.has(character)) table.set(character, bytes);
  };
  for (let first = 0; first < 256; first++) add(Buffer.from([first]));
  for (let first = 0x81; first < 0xff; first++) {
    for (let second = 0x40; second < 0xff; second++) add(Buffer.from([first, second]));
  }
  return table;
}

function encodeUtf32(text: string, encoding: 'utf-32le' | 'utf-32be'): Buffer {
  const bytes = Buffer.alloc(Array.from(text).length * 4);
  for (const [index, character] of Array.from(text).entries()) {
    const point = character.codePointAt(0) ?? 0;
    if (encoding === 'utf-32le') bytes.writeUInt32LE(point, index * 4);
    else bytes.writeUInt32BE(point, index * 4);
  }
  return bytes;
}

/** JIS X 0208 between escape sequences: EUC-JP without the high bits. */
function encodeIso2022Jp(text: string): Buffer {
  const parts: Buffer[] = [];
  let isJapanese = false;
  for (const character of text) {
    const bytes = encodeText(character, 'euc-jp');
    if (bytes.length > 1 !== isJapanese) parts.push(Buffer.from(isJapanese ? '\x1b(B' : '\x1b$B', 'latin1'));
    isJapanese = bytes.length > 1;
    parts.push(Buffer.from(bytes.map((byte) => byte & 0x7f)));
  }
  if (isJapanese) parts.push(Buffer.from('\x1b(B', 'latin1'));
  return Buffer.concat(parts);
}
