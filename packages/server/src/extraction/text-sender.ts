/** Sends sections in messages of modest length, and refuses more text than one file may have. */
import type { TextSection } from './extracted-text.ts';
import { ExtractionError } from './extraction-error.ts';
import type { FromReader, TextPiece } from './messages.ts';

/** In UTF-16 code units. Short enough that the parent's event loop does not feel one message. */
const MESSAGE_CHARACTERS = 262_144;

export class TextSender {
  readonly #send: (message: FromReader) => Promise<void>;
  readonly #most: number;
  #pieces: TextPiece[] = [];
  #held = 0;
  #total = 0;
  #isBlank = true;

  constructor(send: (message: FromReader) => Promise<void>, mostCharacters: number) {
    this.#send = send;
    this.#most = mostCharacters;
  }

  /** Throws `ExtractionError` when the text is longer than allowed. */
  async send({ text, ...begins }: TextSection): Promise<void> {
    this.#total += text.length;
    if (this.#total > this.#most) {
      throw new ExtractionError('invalid_file', `The file has more than ${this.#most} characters of text.`);
    }
    // Neither U+0000 nor half a surrogate pair can be stored or embedded.
    const clean = text.replaceAll('\0', '').toWellFormed();
    if (clean === '') return;
    this.#isBlank &&= clean.trim() === '';
    let at = 0;
    do {
      let end = Math.min(at + MESSAGE_CHARACTERS, clean.length);
      // A pair stays together: half of one would not survive the way.
      if (end < clean.length && isHighSurrogate(clean.charCodeAt(end - 1))) end -= 1;
      this.#pieces.push(at === 0 ? { begins, text: clean.slice(at, end) } : { text: clean.slice(at, end) });
      this.#held += end - at;
      at = end;
      if (this.#held >= MESSAGE_CHARACTERS) await this.#flush();
    } while (at < clean.length);
  }

  /** Throws `ExtractionError` when there was no text. */
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
