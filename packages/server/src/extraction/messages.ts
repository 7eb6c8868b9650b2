/** Messages between the child process that reads files and its parent. */
import type { ExtractionErrorCode } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** One file to read. */
export interface ReadMessage {
  /** Path of the content. */
  path: string;
  /** Name given by the user. Determines the type; never opened. */
  filename: string;
  contentType: string;
  limits: ExtractionLimits;
}

/**
 * A piece of a section; `begins` = a new section starts. Long sections are sent in several pieces to bound the size of
 * a message.
 */
export interface TextPiece {
  begins?: { page?: number; heading?: string };
  text: string;
}

export type FromReader =
  /** OCR starts to read a page or image, which extends the time limit. */
  | { type: 'scanning' }
  | { type: 'text'; pieces: TextPiece[] }
  /** A part of the file was not read. */
  | { type: 'warning'; message: string }
  | { type: 'done' }
  | { type: 'failed'; code: ExtractionErrorCode; message: string };
