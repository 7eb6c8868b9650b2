/** What the process that reads files and its parent say to each other. */
import type { ExtractionErrorCode } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** One file to read. */
export interface ReadMessage {
  /** Where its bytes lie. */
  path: string;
  /** What its owner calls it: says the type, is never opened. */
  filename: string;
  contentType: string;
  limits: ExtractionLimits;
}

/** A piece of a section; `begins` opens a new one. Long sections come in several, so that no message is long. */
export interface TextPiece {
  begins?: { page?: number; heading?: string };
  text: string;
}

export type FromReader =
  /** OCR begins with a page or picture, which takes more time than other reading. */
  | { type: 'scanning' }
  | { type: 'text'; pieces: TextPiece[] }
  /** A part of the file could not be read. */
  | { type: 'warning'; message: string }
  | { type: 'done' }
  | { type: 'failed'; code: ExtractionErrorCode; message: string };
