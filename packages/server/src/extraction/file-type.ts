/**
 * Determines the type of a file: by its first bytes, else by its name, else by its media type. Refuses unsupported
 * types by name.
 */
import { ExtractionError } from './extraction-error.ts';
import { nameBinary } from './signatures.ts';

/**
 * `zip`, `old-office`: containers, whose content determines the format. `plain`: text without markup, code and data.
 * `picture`: for OCR.
 */
export type FileType = 'old-office' | 'picture' | 'pdf' | 'zip' | 'rtf' | 'html' | 'markdown' | 'tex' | 'plain';

/** Text with any other extension is `plain`. */
const BY_EXTENSION: Readonly<Record<string, FileType>> = {
  docx: 'zip',
  htm: 'html',
  html: 'html',
  markdown: 'markdown',
  md: 'markdown',
  pdf: 'pdf',
  pptx: 'zip',
  rtf: 'rtf',
  tex: 'tex',
  xhtml: 'html',
  xlsx: 'zip',
};

const BY_MEDIA_TYPE: Readonly<Record<string, FileType>> = {
  'application/xhtml+xml': 'html',
  'text/html': 'html',
  'text/markdown': 'markdown',
  'text/x-tex': 'tex',
};

/** Extensions of text files: with binary content, such a file is damaged rather than of another type. */
const TEXT_EXTENSIONS = new Set(
  'c cc cpp cs css csv go h hpp htm html java js json jsonl kt log markdown md php py rb rs rtf sh sql tex toml ts tsv txt xhtml xml yaml yml'.split(
    ' ',
  ),
);

/** Formats of Office before 2007, which are not supported, with their successors. */
const OLD_OFFICE: Readonly<Record<string, string>> = { doc: '.docx', ppt: '.pptx', xls: '.xlsx' };

/** Names from `nameBinary`. */
const SUPPORTED_PICTURES = new Set(['a PNG image', 'a JPEG image', 'a GIF image', 'a WebP image']);

export const HEAD_BYTES = 4096;

/** `head`: the first `HEAD_BYTES` of the content. Throws `ExtractionError`. */
export function fileTypeOf(head: Buffer, filename: string, contentType: string): FileType {
  const extension = extensionOf(filename);
  const byContent = typeByContent(head, extension);
  if (byContent !== undefined) return byContent;
  const binary = nameBinary(head);
  if (binary?.kind === 'old-office' && !TEXT_EXTENSIONS.has(extension)) return 'old-office';
  const isPicture = binary?.kind === 'image' && SUPPORTED_PICTURES.has(binary.name);
  if (isPicture && !TEXT_EXTENSIONS.has(extension)) return 'picture';
  if (binary !== undefined) throw refuseBinary(binary, extension);
  const newer = OLD_OFFICE[extension];
  if (newer !== undefined) {
    throw new ExtractionError('unsupported_file', `Files of type .${extension} are not read; save it as ${newer}.`);
  }
  const byName = BY_EXTENSION[extension];
  if (byName === 'pdf' || byName === 'zip' || byName === 'rtf') {
    throw new ExtractionError('invalid_file', `The file is named .${extension}, but it is none.`);
  }
  return byName ?? BY_MEDIA_TYPE[mediaTypeOf(contentType)] ?? 'plain';
}

/** Returns the extension in lower case without the dot; empty if there is none. */
export function extensionOf(filename: string): string {
  return /\.([^./\\]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? '';
}

function typeByContent(head: Buffer, extension: string): FileType | undefined {
  const text = head.toString('latin1');
  if (text.startsWith('%PDF-')) return 'pdf';
  // PDF readers accept some bytes before the header. The extension is required, because a text may mention "%PDF-".
  if (extension === 'pdf' && text.slice(0, 1024).includes('%PDF-')) return 'pdf';
  if (text.startsWith('{\\rtf')) return 'rtf';
  return text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06') ? 'zip' : undefined;
}

function refuseBinary({ kind, name }: { kind: string; name: string }, extension: string): ExtractionError {
  if (TEXT_EXTENSIONS.has(extension)) {
    return new ExtractionError('invalid_file', `The file is named .${extension}, but its content is ${name}.`);
  }
  if (kind === 'image') {
    return new ExtractionError('unsupported_file', `The file is ${name}, which is not read; save it as PNG or JPEG.`);
  }
  if (kind === 'archive') {
    return new ExtractionError('unsupported_file', `The file is ${name}; upload the files inside it one by one.`);
  }
  return new ExtractionError('unsupported_file', `The file is ${name}, which holds no text that is read here.`);
}
