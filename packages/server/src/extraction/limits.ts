/** How much a file may ask for before it is refused. Sizes in bytes unless the name says otherwise. */
export interface ExtractionLimits {
  /** Of the file itself. */
  fileBytes: number;
  /** Of a file that has to be in memory as a whole: PDF, HTML, Office documents. */
  documentBytes: number;
  /** What the parts of an Office document unpack to, together. */
  unpackedBytes: number;
  /** Parts of an Office document. */
  archiveEntries: number;
  pages: number;
  /** Pages without text, whose images OCR reads. */
  scannedPages: number;
  /** Of the text that is taken out, in UTF-16 code units. */
  textCharacters: number;
  /** Elements inside each other in HTML. The one who formats them calls itself for each: beyond 2000 its stack is full. */
  htmlDepth: number;
  /** Time for one file, from its first byte, in milliseconds. */
  wallMs: number;
  /** More time for each page or picture that OCR reads, in milliseconds. */
  scannedPageMs: number;
  /** JavaScript heap of the process that reads, in MiB. */
  heapMib: number;
  /** All memory of that process. */
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
  scannedPageMs: 30_000,
  heapMib: 1024,
  residentBytes: 1536 * MIB,
};
