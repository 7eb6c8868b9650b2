/**
 * Checks a zip file before a library unpacks it: the type of Office document, and that its parts have their declared
 * and allowed sizes.
 */
import { listZipEntries, readZipEntry, type ZipEntry, ZipError } from '../lib/zip-reader.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

export type OfficeType = 'docx' | 'pptx' | 'xlsx';

/** The part by which a type of document is recognized. */
const MAIN_PARTS: Readonly<Record<string, OfficeType>> = {
  'ppt/presentation.xml': 'pptx',
  'word/document.xml': 'docx',
  'xl/workbook.xml': 'xlsx',
};

/** Images, fonts and embedded documents: never unpacked. */
const PASSIVE = /\/(?:media|embeddings|fonts|theme)\//;

/**
 * Throws `ExtractionError`: `unsupported_file` for an archive of another kind, `invalid_file` for a damaged one and for
 * bombs.
 */
export async function checkArchive(path: string, limits: ExtractionLimits): Promise<OfficeType> {
  try {
    const entries = await listZipEntries(path);
    const type = entries.map(({ name }) => MAIN_PARTS[name]).find((found) => found !== undefined);
    if (type === undefined) {
      const message = 'The file is a zip archive and no .docx, .pptx or .xlsx; upload the files inside it one by one.';
      throw new ExtractionError('unsupported_file', message);
    }
    await checkParts(path, entries, limits);
    return type;
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    // The message starts with a path of this machine, which the user must not see.
    const detail = error.message.slice(path.length + 2);
    throw new ExtractionError('invalid_file', `The document is no sound zip archive: ${detail}.`);
  }
}

async function checkParts(path: string, entries: readonly ZipEntry[], limits: ExtractionLimits): Promise<void> {
  const { archiveEntries, unpackedBytes } = limits;
  if (entries.length > archiveEntries) {
    throw new ExtractionError('invalid_file', `The document has more than ${archiveEntries} parts.`);
  }
  if (entries.some((entry) => entry.encrypted)) {
    throw new ExtractionError('invalid_file', 'The document is encrypted; save it without a password.');
  }
  const parts = entries.filter(({ name }) => !PASSIVE.test(name));
  if (parts.reduce((sum, part) => sum + part.bytes, 0) > unpackedBytes) {
    throw new ExtractionError('invalid_file', `The document unpacks to more than ${unpackedBytes} bytes.`);
  }
  for (const part of parts) {
    // `readZipEntry` throws if a part is longer than its declared length.
    for await (const _ of readZipEntry(path, part));
  }
}
