/**
 * Keeps user text from becoming control tokens. A string such as `<|im_end|>` in a message must stay text: a sentinel
 * splits it before the chat template runs, and the rendered prompt is tokenized piece by piece between sentinels.
 * Invariant: the joined pieces are the text without sentinels; no piece of user text contains a whole control string.
 */

/** Token types of the GGUF format. */
const CONTROL = 3;
const USER_DEFINED = 4;

/** User-defined tokens that are markers. Runs of spaces and line ends have the same type. */
const MARKER = /^[<[].*[>\]]$/s;

/** Range of private-use characters, from which the sentinel is chosen. */
const FIRST_SENTINEL = 0xe000;
const LAST_SENTINEL = 0xf8ff;

/** Returns the strings that the tokenizer converts to control tokens. `tokens` and `types` are parallel. */
export function controlStrings(tokens: readonly string[], types: readonly number[]): string[] {
  return tokens.filter((token, id) => {
    if (token.length < 2) return false;
    return types[id] === CONTROL || (types[id] === USER_DEFINED && MARKER.test(token));
  });
}

export interface ControlTokenGuard {
  /** Returns a character that none of `texts` contains. */
  chooseSentinel(texts: readonly string[]): string;
  /** Inserts the sentinel into every control string of `text`. */
  protect(text: string, sentinel: string): string;
}

export function createControlTokenGuard(strings: readonly string[]): ControlTokenGuard {
  const known = new Set(strings);
  const firstUnits = new Set(strings.map((string) => string.charCodeAt(0)));
  const lengths = [...new Set(strings.map((string) => string.length))].sort((a, b) => a - b);
  const startsAt = (text: string, at: number) => lengths.some((length) => known.has(text.slice(at, at + length)));

  return {
    chooseSentinel(texts) {
      for (let code = FIRST_SENTINEL; code <= LAST_SENTINEL; code++) {
        const sentinel = String.fromCharCode(code);
        if (!texts.some((text) => text.includes(sentinel))) return sentinel;
      }
      throw new Error('The messages contain every private-use character there is.');
    },
    protect(text, sentinel) {
      let out = '';
      let from = 0;
      for (let at = 0; at < text.length; at++) {
        if (!firstUnits.has(text.charCodeAt(at)) || !startsAt(text, at)) continue;
        // After the first character, so that control strings that overlap with this one are found too.
        out += text.slice(from, at + 1) + sentinel;
        from = at + 1;
      }
      return out + text.slice(from);
    },
  };
}
