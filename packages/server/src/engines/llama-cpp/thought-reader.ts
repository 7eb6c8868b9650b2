/**
 * Takes the thoughts of a model out of its answer: what stands between `<think>` and `</think>` at the very beginning.
 * Invariant: joined, the texts are the answer without its thoughts and the blanks behind them; a mark later in the answer is text.
 */

export const THOUGHT_MARKS = { open: '<think>', close: '</think>' } as const;

export interface ThoughtReader {
  /** Takes the next piece. `thought` = it and what was held until now belong to a thought, but for `text`. */
  push(piece: string): { text: string; thought: boolean };
  /** Whether what came last may be the beginning of a thought. */
  readonly holds: boolean;
  /** The answer is over: what only looked like the beginning of a thought. */
  flush(): string;
}

/** Whether a chat template is that of a model which thinks. */
export function knowsThoughts(chatTemplate: string): boolean {
  return chatTemplate.includes(THOUGHT_MARKS.open) && chatTemplate.includes(THOUGHT_MARKS.close);
}

/** @param inside whether the prompt ends with the mark that opens a thought. */
export function createThoughtReader(inside: boolean): ThoughtReader {
  const { open, close } = THOUGHT_MARKS;
  let part: 'beginning' | 'thought' | 'gap' | 'answer' = inside ? 'thought' : 'beginning';
  let held = '';

  const readBeginning = (): { text: string; thought: boolean } => {
    const begun = held.trimStart();
    if (begun.length < open.length && open.startsWith(begun)) return { text: '', thought: false };
    part = begun.startsWith(open) ? 'thought' : 'answer';
    if (part === 'answer') return { text: take(), thought: false };
    held = begun.slice(open.length);
    return readThought();
  };

  const readThought = (): { text: string; thought: boolean } => {
    const end = held.indexOf(close);
    if (end < 0) {
      held = held.slice(1 - close.length);
      return { text: '', thought: true };
    }
    part = 'gap';
    held = held.slice(end + close.length);
    return readGap();
  };

  const readGap = (): { text: string; thought: boolean } => {
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
