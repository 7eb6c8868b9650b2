/** Text of a PDF, a section for each page that has some. Blank lines stand where the distance between lines is that of paragraphs. */
import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfItem = Awaited<ReturnType<Awaited<ReturnType<PdfDocument['getPage']>>['getTextContent']>>['items'][number];

/** Lines further apart than this many heights of a line belong to different paragraphs. */
const PARAGRAPH_LINES = 1.7;
const ERRORS_ONLY = 0;

/** Throws `ExtractionError` for a damaged or encrypted document, for one without text, and for more than `mostPages`. */
export async function* readPdf(path: string, mostPages: number): AsyncGenerator<TextSection> {
  const document = await openPdf(new Uint8Array(await readFile(path)));
  const { numPages } = document;
  if (numPages > mostPages) {
    throw new ExtractionError('invalid_file', `The PDF has ${numPages} pages; ${mostPages} are read at most.`);
  }
  let hasText = false;
  for (let page = 1; page <= numPages; page++) {
    const text = await readPage(document, page);
    if (text === '') continue;
    hasText = true;
    // A sentence may go on over the page's end; only a finished one is the end of a paragraph.
    yield { text: /[.!?:。！？]["”’)]*$/.test(text) ? `${text}\n\n` : `${text}\n`, page };
  }
  if (!hasText) {
    const message = 'The PDF has no text; scanned pages are read by an OCR engine, and there is none.';
    throw new ExtractionError('unsupported_file', message);
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

async function readPage(document: PdfDocument, number: number): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    return joinItems(items).trim();
  } catch (error) {
    throw damaged(error, number);
  }
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
