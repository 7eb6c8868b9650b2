/**
 * The text of a file in sections, and the hooks of readers. The text of the file is the concatenation of its sections,
 * which include their line ends. Offsets of chunks refer to this joined text.
 */

/** A page, a slide, a sheet, or the text under one heading. */
export interface TextSection {
  /** Well-formed Unicode without U+0000. Starts with the heading if there is one. */
  text: string;
  /** Number of the page, slide or sheet, from 1. */
  page?: number;
  /** The heading of the section, without its markup. */
  heading?: string;
}

/** Called while a file is read, and awaited. */
export interface ReadHooks {
  /** Called before each page or image that OCR reads. */
  scanning(): Promise<void>;
  /**
   * Reports a part of the file that was not read although the rest was. `message`: for the user who uploaded the file.
   */
  warn(message: string): Promise<void>;
}

export interface SectionedText {
  sections: TextSection[];
}

export interface ExtractedText extends SectionedText {
  /**
   * Parts of the file that were not read although the rest was: one sentence each, for the user who uploaded the file.
   */
  warnings: string[];
}

/** Returns the joined text. Offsets in it are in UTF-16 code units. */
export function joinText(text: SectionedText): string {
  return text.sections.map((section) => section.text).join('');
}
