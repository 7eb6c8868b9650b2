/** Limits per file. A file beyond a limit is refused. */
export interface ExtractionLimits {
  /** Size of the file. */
  fileBytes: number;
  /** Size of a file that is read into memory as a whole: PDF, HTML, Office documents. */
  documentBytes: number;
  /** Total unpacked size of the parts of an Office document. */
  unpackedBytes: number;
  /** Number of parts of an Office document. */
  archiveEntries: number;
  pages: number;
  /** Number of pages without text, whose images OCR reads. */
  scannedPages: number;
  /** Length of the extracted text, in UTF-16 code units. */
  textCharacters: number;
  /** Nesting depth of HTML elements. The formatter is recursive; its stack overflows beyond about 2000 levels. */
  htmlDepth: number;
  /** Maximum time per file. */
  wallMs: number;
  /** Time without processor use after which the process counts as stopped. The file is then read again. */
  stalledMs: number;
  /** Additional time per page or image that OCR reads. */
  scannedPageMs: number;
  /** JavaScript heap of the child process. */
  heapMib: number;
  /** Resident memory of the child process. */
  residentBytes: number;
}

const MIB = 1024 * 1024;

export const EXTRACTION_LIMITS: ExtractionLimits = {
  fileBytes: 512 * MIB,
  documentBytes: 256 * MIB,
  unpackedBytes: 256 * MIB,
  archiveEntries: 10_000,
  pages: 10_000,
  scannedPages: 200,
  textCharacters: 20_000_000,
  htmlDepth: 1000,
  wallMs: 300_000,
  stalledMs: 20_000,
  scannedPageMs: 30_000,
  heapMib: 1024,
  residentBytes: 1536 * MIB,
};
