/** Opens a PDF with pdf.js, and the types of its documents and pages. */
import { getDocumentProxy } from 'unpdf';
import { ExtractionError } from './extraction-error.ts';
import { pdfDataOptions } from './pdf-data.ts';

export type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
export type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;
export type PdfTextContent = Awaited<ReturnType<PdfPage['getTextContent']>>;

/** Verbosity of pdf.js. */
const ERRORS_ONLY = 0;

/** Throws `ExtractionError` for an encrypted or damaged document. */
export async function openPdf(data: Uint8Array): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(data, {
      ...pdfDataOptions(),
      fontExtraProperties: true,
      useSystemFonts: false,
      verbosity: ERRORS_ONLY,
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new ExtractionError('invalid_file', 'The PDF is encrypted; save it without a password.');
    }
    throw damagedPdf(error);
  }
}

/** Returns the error for a document, or one of its pages, that pdf.js cannot read. */
export function damagedPdf(error: unknown, page?: number): ExtractionError {
  const reason = error instanceof Error ? error.message : String(error);
  const subject = page === undefined ? 'The PDF' : `Page ${page} of the PDF`;
  return new ExtractionError('invalid_file', `${subject} cannot be read: ${reason}`);
}
