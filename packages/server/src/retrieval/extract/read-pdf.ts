/**
 * Text of a PDF, a section for each page that has some. Blank lines stand where the distance between lines is that of paragraphs. A page
 * without text but with images is a scanned one, which OCR reads.
 */
import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import type { Scanning } from './read-sections.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
export type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;
type PdfItem = Awaited<ReturnType<PdfPage['getTextContent']>>['items'][number];

/** Lines further apart than this many heights of a line belong to different paragraphs. */
const PARAGRAPH_LINES = 1.7;
const ERRORS_ONLY = 0;

/** Throws `ExtractionError` for a damaged or encrypted document, for one without text, and for more pages than the limits allow. */
export async function* readPdf(
  path: string,
  { pages: mostPages, scannedPages: mostScans }: ExtractionLimits,
  scanning: Scanning,
): AsyncGenerator<TextSection> {
  const document = await openPdf(new Uint8Array(await readFile(path)));
  const { numPages } = document;
  if (numPages > mostPages) {
    throw new ExtractionError('invalid_file', `The PDF has ${numPages} pages; ${mostPages} are read at most.`);
  }
  let hasText = false;
  let scans = 0;
  const countScan = async () => {
    scans += 1;
    if (scans > mostScans) {
      throw new ExtractionError(
        'invalid_file',
        `The PDF has more than ${mostScans} scanned pages; save it with its text.`,
      );
    }
    await scanning();
  };
  for (let page = 1; page <= numPages; page++) {
    const text = await readPage(document, page, countScan);
    if (text === '') continue;
    hasText = true;
    // A sentence may go on over the page's end; only a finished one is the end of a paragraph.
    yield { text: /[.!?:。！？]["”’)]*$/.test(text) ? `${text}\n\n` : `${text}\n`, page };
  }
  if (!hasText) {
    const found = scans === 0 ? 'no text, and no images that are read' : 'no text, and none was found in its images';
    throw new ExtractionError('unsupported_file', `The PDF has ${found}.`);
  }
}

async function openPdf(data: Uint8Array): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(data, { useSystemFonts: false, verbosity: ERRORS_ONLY });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new ExtractionError('invalid_file', 'The PDF is encrypted; save it without a password.');
    }
    throw damaged(error);
  }
}

async function readPage(document: PdfDocument, number: number, countScan: () => Promise<void>): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = joinItems(items).trim();
    const scanned = text === '' ? await readScan(page, countScan) : text;
    page.cleanup();
    return scanned;
  } catch (error) {
    throw error instanceof ExtractionError ? error : damaged(error, number);
  }
}

// What only scans need is loaded for them alone.

async function readScan(page: PdfPage, countScan: () => Promise<void>): Promise<string> {
  const { scanPage } = await import('./pdf-scan.ts');
  const picture = await scanPage(page);
  if (picture === undefined) return '';
  await countScan();
  const { readPicture } = await import('./ocr.ts');
  return await readPicture(picture);
}

function damaged(error: unknown, page?: number): ExtractionError {
  const why = error instanceof Error ? error.message : String(error);
  const place = page === undefined ? 'The PDF' : `Page ${page} of the PDF`;
  return new ExtractionError('invalid_file', `${place} cannot be read: ${why}`);
}

function joinItems(items: readonly PdfItem[]): string {
  let text = '';
  let lineY: number | undefined;
  let isNewLine = false;
  for (const item of items) {
    if (!('str' in item)) continue;
    const y = Number(item.transform[5]);
    if (isNewLine && item.str !== '') {
      if (lineY !== undefined && Math.abs(lineY - y) > item.height * PARAGRAPH_LINES) text += '\n';
      isNewLine = false;
    }
    text += item.str;
    if (item.str !== '') lineY = y;
    if (item.hasEOL) {
      text += '\n';
      isNewLine = true;
    }
  }
  return text;
}
