/** Reads a file with the reader of its type. Runs in the child process. */
import { open, readFile, stat } from 'node:fs/promises';
import { checkArchive } from './check-archive.ts';
import { declaredEncoding } from './declared-encoding.ts';
import { decodeText } from './decode-text.ts';
import type { ReadHooks, TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import { fileTypeOf, HEAD_BYTES } from './file-type.ts';
import type { ExtractionLimits } from './limits.ts';
import type { ReadMessage } from './messages.ts';
import { oldOfficeError } from './read-old-office.ts';
import { splitMarkdown, splitTex } from './split-headings.ts';

/** Throws `ExtractionError`. */
export async function* readSections(message: ReadMessage, hooks: ReadHooks): AsyncGenerator<TextSection> {
  const { path, filename, contentType, limits } = message;
  const head = await readHead(path);
  const type = fileTypeOf(head, filename, contentType);
  if (type === 'old-office') throw await oldOfficeError(path);
  if (type === 'pdf') yield* readPages(path, limits, hooks);
  else if (type === 'picture') yield* readImage(path, limits, hooks);
  else if (type === 'zip' || type === 'rtf') yield* readDocument(path, type, { limits, hooks });
  else if (type === 'html') yield* readPage(path, head, message);
  else {
    const declared = declaredEncoding(head, contentType);
    const text = await decodeText(path, head, { maxCharacters: limits.textCharacters, declared });
    if (type === 'markdown') yield* splitMarkdown(text);
    else if (type === 'tex') yield* splitTex(text);
    else yield { text };
  }
}

// Each library is loaded with the first file that needs it.

async function* readPages(path: string, limits: ExtractionLimits, hooks: ReadHooks): AsyncGenerator<TextSection> {
  await checkSize(path, limits);
  const { readPdf } = await import('./read-pdf.ts');
  yield* readPdf(path, limits, hooks);
}

async function* readImage(path: string, limits: ExtractionLimits, hooks: ReadHooks): AsyncGenerator<TextSection> {
  await checkSize(path, limits);
  const { readPicture } = await import('./ocr.ts');
  await hooks.scanning();
  yield { text: await readPicture(await readFile(path)) };
}

async function* readDocument(
  path: string,
  type: 'zip' | 'rtf',
  { limits, hooks }: { limits: ExtractionLimits; hooks: ReadHooks },
): AsyncGenerator<TextSection> {
  await checkSize(path, limits);
  const officeType = type === 'rtf' ? 'rtf' : await checkArchive(path, limits);
  if (officeType === 'xlsx') {
    const { readSpreadsheet } = await import('./read-spreadsheet.ts');
    yield* readSpreadsheet(path, limits, hooks);
  } else {
    const { readOffice } = await import('./read-office.ts');
    yield* readOffice(path, officeType, limits);
  }
}

async function* readPage(path: string, head: Buffer, message: ReadMessage): AsyncGenerator<TextSection> {
  const { contentType, limits } = message;
  await checkSize(path, limits);
  const { readHtml } = await import('./read-html.ts');
  const declared = declaredEncoding(head, contentType);
  // The limit of characters applies to the text without markup.
  const html = await decodeText(path, head, { maxCharacters: limits.documentBytes, declared });
  yield* readHtml(html, limits.htmlDepth);
}

/** Limits files that are read into memory as a whole. */
async function checkSize(path: string, { documentBytes }: ExtractionLimits): Promise<void> {
  if ((await stat(path)).size > documentBytes) {
    throw new ExtractionError('invalid_file', `A document of this type may have ${documentBytes} bytes.`);
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
