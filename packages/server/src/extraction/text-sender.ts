/** Sends sections in messages of bounded length, and refuses texts beyond the limit. */
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { FromReader, TextPiece } from './messages.ts';

/** In UTF-16 code units. Short enough not to delay the event loop of the parent. */
const MAX_MESSAGE_CHARS = 262_144;

export class TextSender {
  readonly #send: (message: FromReader) => Promise<void>;
  readonly #max: number;
  #pieces: TextPiece[] = [];
  #held = 0;
  #total = 0;
  #isBlank = true;

  constructor(send: (message: FromReader) => Promise<void>, maxCharacters: number) {
    this.#send = send;
    this.#max = maxCharacters;
  }

  /** Throws `ExtractionError` if the text exceeds the limit. */
  async send({ text, ...begins }: TextSection): Promise<void> {
    this.#total += text.length;
    if (this.#total > this.#max) {
      throw new ExtractionError('invalid_file', `The file has more than ${this.#max} characters of text.`);
    }
    // U+0000 and unpaired surrogates can be neither stored nor embedded.
    const clean = text.replaceAll('\0', '').toWellFormed();
    if (clean === '') return;
    this.#isBlank &&= clean.trim() === '';
    let at = 0;
    do {
      let end = Math.min(at + MAX_MESSAGE_CHARS, clean.length);
      // Does not split a surrogate pair: IPC replaces half of one.
      if (end < clean.length && isHighSurrogate(clean.charCodeAt(end - 1))) end -= 1;
      this.#pieces.push(at === 0 ? { begins, text: clean.slice(at, end) } : { text: clean.slice(at, end) });
      this.#held += end - at;
      at = end;
      if (this.#held >= MAX_MESSAGE_CHARS) await this.#flush();
    } while (at < clean.length);
  }

  /** Throws `ExtractionError` if there was no text. */
  async finish(): Promise<void> {
    if (this.#isBlank) throw new ExtractionError('invalid_file', 'The file has no text.');
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#send({ type: 'text', pieces: this.#pieces });
    this.#pieces = [];
    this.#held = 0;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
