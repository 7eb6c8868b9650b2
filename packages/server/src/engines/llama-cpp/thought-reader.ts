/**
 * Removes a model's thoughts from its answer: the text between `<think>` and `</think>` at the start.
 * Invariant: the joined texts are the answer without its thoughts and the white space after them; marks later in the
 * answer are text.
 */

export const THOUGHT_MARKS = { open: '<think>', close: '</think>' } as const;

export interface Spoken {
  text: string;
  thought: boolean;
  /** The text of the thought that is certain, without its marks. */
  thoughtText?: string;
}

export interface ThoughtReader {
  /** Adds a piece. `thought` = the piece and the held text belong to a thought, apart from the returned `text`. */
  push(piece: string): Spoken;
  /** Whether text is held back as the possible start of a thought. */
  readonly holds: boolean;
  /** Call at the end of the answer. Returns the text that was held back. */
  flush(): string;
}

/** Whether a chat template supports thoughts. */
export function knowsThoughts(chatTemplate: string): boolean {
  return chatTemplate.includes(THOUGHT_MARKS.open) && chatTemplate.includes(THOUGHT_MARKS.close);
}

/** `startsInThought`: the prompt ends with the mark that opens a thought. */
export function createThoughtReader(startsInThought: boolean): ThoughtReader {
  const { open, close } = THOUGHT_MARKS;
  let part: 'beginning' | 'thought' | 'gap' | 'answer' = startsInThought ? 'thought' : 'beginning';
  let held = '';

  const readBeginning = (): Spoken => {
    const begun = held.trimStart();
    if (begun.length < open.length && open.startsWith(begun)) return { text: '', thought: false };
    part = begun.startsWith(open) ? 'thought' : 'answer';
    if (part === 'answer') return { text: take(), thought: false };
    held = begun.slice(open.length);
    return readThought();
  };

  const readThought = (): Spoken => {
    const end = held.indexOf(close);
    if (end < 0) {
      const certain = held.slice(0, 1 - close.length);
      held = held.slice(certain.length);
      return { text: '', thought: true, thoughtText: certain };
    }
    part = 'gap';
    const thoughtText = held.slice(0, end);
    held = held.slice(end + close.length);
    return { ...readGap(), thoughtText };
  };

  const readGap = (): Spoken => {
    const text = take().trimStart();
    if (text === '') return { text, thought: true };
    part = 'answer';
    return { text, thought: false };
  };

  const take = (): string => {
    const text = held;
    held = '';
    return text;
  };

  return {
    push(piece) {
      if (part === 'answer') return { text: piece, thought: false };
      held += piece;
      if (part === 'beginning') return readBeginning();
      return part === 'thought' ? readThought() : readGap();
    },
    get holds() {
      return part === 'beginning' && held !== '';
    },
    flush() {
      return part === 'beginning' ? take() : '';
    },
  };
}
