/** JSON that stays one line in every reader. */

/** Line separators that JSON allows in strings: Python's `splitlines`, and JavaScript before 2019, end a line at them. */
const LINE_SEPARATORS = /[\u0085\u2028\u2029]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u0085': '\\u0085', '\u2028': '\\u2028', '\u2029': '\\u2029' };

/** `JSON.stringify`, with the line separators U+0085, U+2028 and U+2029 escaped. Everything that goes over the wire is written by it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator);
}
