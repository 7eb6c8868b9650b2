/**
 * A pronunciation lexicon in lines: `word TAB phonemes [TAB tag=phonemes,…]`. The tags are parts of speech (`VERB`,
 * `NOUN`, `VBD`, …) and `None`, the form before a pause.
 */

export interface LexiconEntry {
  phonemes: string;
  /** Other pronunciations by tag. */
  variants: Readonly<Record<string, string>>;
}

export interface Lexicon {
  find(word: string): LexiconEntry | undefined;
}

/** Keeps the text and the position of each line, because an object per word takes several times the memory. */
export function readLexicon(text: string): Lexicon {
  const starts = new Map<string, number>();
  for (let at = 0; at < text.length; ) {
    const tab = text.indexOf('\t', at);
    const end = text.indexOf('\n', at);
    if (tab < 0) break;
    starts.set(text.slice(at, tab), tab + 1);
    at = end < 0 ? text.length : end + 1;
  }
  return {
    find(word) {
      const start = starts.get(word);
      if (start === undefined) return undefined;
      const end = text.indexOf('\n', start);
      const [phonemes = '', tagged = ''] = text.slice(start, end < 0 ? text.length : end).split('\t');
      const variants = tagged === '' ? [] : tagged.split(',').map((each) => each.split('=') as [string, string]);
      return { phonemes, variants: Object.fromEntries(variants) };
    },
  };
}
