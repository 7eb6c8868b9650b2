/**
 * What is taken out of a file. The text of the file is the sections' texts one after the other, with nothing between them
 * (each carries its own line ends): offsets of chunks count in that joined text.
 */

/** A stretch of text that belongs together: a page, a slide, a sheet, or what stands under one heading. */
export interface TextSection {
  /** Well-formed Unicode without U+0000. Begins with the heading where there is one. */
  text: string;
  /** Number of the page, slide or sheet, from 1. */
  page?: number;
  /** The heading that the section begins with, without its markup. */
  heading?: string;
}

/** Called while a file is read, and awaited. */
export interface ReadHooks {
  /** Called before each page or image that OCR reads. */
  scanning(): Promise<void>;
  /** Reports a part of the file that was not read although the rest was. `message`: for the user who uploaded the file. */
  warn(message: string): Promise<void>;
}

export interface SectionedText {
  sections: TextSection[];
}

export interface ExtractedText extends SectionedText {
  /** What could not be read although the rest was, a sentence each, for the user who uploaded the file. */
  warnings: string[];
}

/** The text that offsets count in, in UTF-16 code units as strings do. */
export function joinText(text: SectionedText): string {
  return text.sections.map((section) => section.text).join('');
}
