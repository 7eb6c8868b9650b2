/** JSON that is one line for every reader. */

/**
 * Line separators that JSON allows in strings. `splitlines` of Python, and JavaScript before 2019, split lines at them.
 */
const LINE_SEPARATORS = /[\u0085\u2028\u2029]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\u0085': '\\u0085', '\u2028': '\\u2028', '\u2029': '\\u2029' };

/** `JSON.stringify` with U+0085, U+2028 and U+2029 escaped. All JSON on the wire is written by it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(LINE_SEPARATORS, (separator) => ESCAPES[separator] ?? separator);
}
