/**
 * Reads a PDF: one section per page with text. Blank lines separate paragraphs, which are detected by their distance.
 * OCR reads the images of pages without text, and of pages whose fonts have no map to Unicode.
 */
import { readFile } from 'node:fs/promises';
import type { ReadHooks, TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';
import { listPages } from './list-pages.ts';
import { damagedPdf, openPdf, type PdfDocument, type PdfPage, type PdfTextContent } from './open-pdf.ts';
import { FontInspector } from './pdf-fonts.ts';

type PdfItem = PdfTextContent['items'][number];

/** Minimum distance of paragraphs, in line heights. */
const MIN_PARAGRAPH_LINES = 1.7;
/** A page with a larger share of undecoded characters has no readable text; a document with a larger share fails. */
const MAX_UNDECODED_SHARE = 0.5;
/** From this share of undecoded characters on, the document has a warning. */
const MIN_WARNED_SHARE = 0.005;

/** Counts of a document, for its warnings and errors. */
interface Findings {
  hasText: boolean;
  scans: number;
  shown: number;
  undecoded: number;
  /** Pages that show characters which were not decoded. */
  undecodedPages: number[];
  /** Pages of images in which no text was found. */
  emptyScans: number[];
}

/**
 * Throws `ExtractionError` for a damaged or encrypted document, one without readable text, or one with too many pages.
 */
export async function* readPdf(path: string, limits: ExtractionLimits, hooks: ReadHooks): AsyncGenerator<TextSection> {
  const document = await openPdf(new Uint8Array(await readFile(path)));
  const { numPages } = document;
  if (numPages > limits.pages) {
    throw new ExtractionError('invalid_file', `The PDF has ${numPages} pages; ${limits.pages} are read at most.`);
  }
  const findings: Findings = { hasText: false, scans: 0, shown: 0, undecoded: 0, undecodedPages: [], emptyScans: [] };
  const fonts = new FontInspector();
  const countScan = async () => {
    findings.scans += 1;
    if (findings.scans > limits.scannedPages) {
      const message = `The PDF has more than ${limits.scannedPages} scanned pages; save it with its text.`;
      throw new ExtractionError('invalid_file', message);
    }
    await hooks.scanning();
  };
  for (let page = 1; page <= numPages; page++) {
    const text = await readPage(document, page, { fonts, findings, countScan });
    if (text === '') continue;
    findings.hasText = true;
    // A sentence may continue on the next page: a paragraph ends with the page only after a complete sentence.
    yield { text: /[.!?:。！？]["”’)]*$/.test(text) ? `${text}\n\n` : `${text}\n`, page };
  }
  for (const warning of conclude(findings)) await hooks.warn(warning);
}

/** Yields the warnings of a document. Throws `ExtractionError` if too little of it was read. */
function* conclude({ hasText, scans, shown, undecoded, undecodedPages, emptyScans }: Findings): Generator<string> {
  const where = listPages(undecodedPages);
  if (undecoded > shown * MAX_UNDECODED_SHARE) {
    const reason = 'the fonts of the PDF do not say which characters they show (no map to Unicode)';
    throw new ExtractionError('unsupported_file', `The text of ${where} cannot be read: ${reason}.`);
  }
  if (!hasText) {
    const found = scans === 0 ? 'no text, and no images that are read' : 'no text, and none was found in its images';
    throw new ExtractionError('unsupported_file', `The PDF has ${found}.`);
  }
  if (undecoded > 0 && undecoded >= shown * MIN_WARNED_SHARE) {
    yield `${undecoded} of ${shown} characters were not read, on ${where}: their fonts have no map to Unicode.`;
  }
  if (emptyScans.length > 0) yield `No text was found in the images of ${listPages(emptyScans)}.`;
}

interface Reading {
  fonts: FontInspector;
  findings: Findings;
  countScan(): Promise<void>;
}

async function readPage(document: PdfDocument, number: number, reading: Reading): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { text, shown, undecoded } = await readText(page, reading.fonts);
    const isReadable = text !== '' && undecoded <= shown * MAX_UNDECODED_SHARE;
    const found = isReadable ? text : await readScan(page, number, reading);
    page.cleanup();
    if (found !== '' && !isReadable) return found;
    reading.findings.shown += shown;
    reading.findings.undecoded += undecoded;
    if (undecoded > 0) reading.findings.undecodedPages.push(number);
    return found;
  } catch (error) {
    throw error instanceof ExtractionError ? error : damagedPdf(error, number);
  }
}

async function readText(page: PdfPage, fonts: FontInspector) {
  const content = await page.getTextContent();
  await fonts.load(page, content);
  let [shown, undecoded] = [0, 0];
  const items = content.items.map((item) => {
    if (!('str' in item)) return item;
    const decoded = fonts.decode(item);
    shown += decoded.shown;
    undecoded += decoded.undecoded;
    return { ...item, str: decoded.text };
  });
  return { text: joinItems(items).trim(), shown, undecoded };
}

// Loads the libraries of OCR only for scans.

async function readScan(page: PdfPage, number: number, { findings, countScan }: Reading): Promise<string> {
  const { scanPage } = await import('./pdf-scan.ts');
  const picture = await scanPage(page);
  if (picture === undefined) return '';
  await countScan();
  const { readPicture } = await import('./ocr.ts');
  const text = await readPicture(picture);
  if (text === '') findings.emptyScans.push(number);
  return text;
}

function joinItems(items: readonly PdfItem[]): string {
  let text = '';
  let lineY: number | undefined;
  let isNewLine = false;
  for (const item of items) {
    if (!('str' in item)) continue;
    const y = Number(item.transform[5]);
    if (isNewLine && item.str !== '') {
      if (lineY !== undefined && Math.abs(lineY - y) > item.height * MIN_PARAGRAPH_LINES) text += '\n';
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
