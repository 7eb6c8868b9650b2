/** Binary formats that are recognized, to name them in errors. */

export interface BinaryFormat {
  kind: 'image' | 'archive' | 'old-office' | 'other';
  /** With an article, for use in a sentence. */
  name: string;
}

interface Signature extends BinaryFormat {
  /** Bytes as a Latin-1 string, at `offset`. */
  bytes: string;
  offset?: number;
}

const SIGNATURES: readonly Signature[] = [
  { kind: 'image', name: 'a PNG image', bytes: '\x89PNG\r\n' },
  { kind: 'image', name: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { kind: 'image', name: 'a GIF image', bytes: 'GIF87a' },
  { kind: 'image', name: 'a GIF image', bytes: 'GIF89a' },
  { kind: 'image', name: 'a WebP image', bytes: 'WEBP', offset: 8 },
  { kind: 'image', name: 'a TIFF image', bytes: 'II*\0' },
  { kind: 'image', name: 'a TIFF image', bytes: 'MM\0*' },
  { kind: 'image', name: 'a HEIF image', bytes: 'ftyphei', offset: 4 },
  { kind: 'image', name: 'a HEIF image', bytes: 'ftypmif1', offset: 4 },
  { kind: 'image', name: 'an AVIF image', bytes: 'ftypavif', offset: 4 },
  { kind: 'archive', name: 'a gzip archive', bytes: '\x1f\x8b\x08' },
  { kind: 'archive', name: 'a bzip2 archive', bytes: 'BZh' },
  { kind: 'archive', name: 'an xz archive', bytes: '\xfd7zXZ\0' },
  { kind: 'archive', name: 'a Zstandard archive', bytes: '\x28\xb5\x2f\xfd' },
  { kind: 'archive', name: 'a 7z archive', bytes: '7z\xbc\xaf\x27\x1c' },
  { kind: 'archive', name: 'a RAR archive', bytes: 'Rar!\x1a\x07' },
  { kind: 'archive', name: 'a tar archive', bytes: 'ustar', offset: 257 },
  { kind: 'other', name: 'a program', bytes: '\x7fELF' },
  { kind: 'other', name: 'a program', bytes: '\0asm' },
  { kind: 'other', name: 'a database', bytes: 'SQLite format 3\0' },
  { kind: 'other', name: 'a sound file', bytes: 'ID3' },
  { kind: 'other', name: 'a sound file', bytes: 'OggS' },
  { kind: 'other', name: 'a sound file', bytes: 'fLaC' },
  { kind: 'other', name: 'a sound file', bytes: 'WAVE', offset: 8 },
  { kind: 'other', name: 'a film', bytes: 'ftyp', offset: 4 },
  { kind: 'other', name: 'a film', bytes: '\x1a\x45\xdf\xa3' },
];

const OLE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/** Returns undefined if the bytes may be text. `head`: the first bytes of the file. */
export function nameBinary(head: Buffer): BinaryFormat | undefined {
  const text = head.toString('latin1');
  if (text.startsWith(OLE)) return { kind: 'old-office', name: 'an Office document of before 2007' };
  const found = SIGNATURES.find(({ bytes, offset = 0 }) => text.startsWith(bytes, offset));
  if (found === undefined) return undefined;
  // A text may start with "BZh": a signature of letters counts only if bytes follow that no text contains.
  return /^[ -~]*$/.test(found.bytes) && !hasControls(head) ? undefined : found;
}

/** Whether there are bytes that no text contains, except in UTF-16. */
function hasControls(head: Buffer): boolean {
  return head.some((byte) => byte < 9 || (byte > 13 && byte < 27));
}
