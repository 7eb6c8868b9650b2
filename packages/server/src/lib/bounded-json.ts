/**
 * Parses untrusted JSON with a limit on nesting, which is checked before parsing: recursive code (`JSON.stringify`,
 * validation, grammars) overflows the stack at a few thousand levels, and parsing takes about 100 bytes of memory per
 * open level.
 */

/**
 * The deepest requests of the API, schemas of structured outputs, need about 40 levels. Protocol Buffers have the same
 * default.
 */
export const MAX_JSON_DEPTH = 100;

export class NestingError extends Error {
  override readonly name = 'NestingError';
  /**
   * The property that nests too deep, e.g. `tools[0].function.parameters`; undefined when the outermost value is a
   * list.
   */
  readonly path: string | undefined;
  constructor(path: string | undefined) {
    super(`it nests deeper than ${MAX_JSON_DEPTH} levels${path === undefined ? '' : ` in '${path}'`}.`);
    this.path = path;
  }
}

/** @throws NestingError, or the SyntaxError of `JSON.parse`. */
export function parseBoundedJson(text: string): unknown {
  checkNesting(text);
  return JSON.parse(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** An open list or object. `at`: start of the last string of an object, or number of commas of a list. */
interface Level {
  isList: boolean;
  at: number;
}

/** Reads brackets, commas and strings only, so invalid JSON may pass. @throws NestingError */
export function checkNesting(text: string): void {
  const levels: Level[] = [];
  // The last of `levels`; this loop reads bodies of many megabytes.
  let level: Level | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === COMMA) {
      if (level?.isList === true) level.at += 1;
    } else if (code === QUOTE) {
      if (level?.isList === false) level.at = i;
      i = endOfString(text, i);
    } else if (code < OPEN_LIST) {
      // A digit, a sign or a blank.
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (levels.length === MAX_JSON_DEPTH) throw new NestingError(toPath(text, levels));
      level = { isList: code === OPEN_LIST, at: 0 };
      levels.push(level);
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) {
      levels.pop();
      level = levels.at(-1);
    }
  }
}

/** Returns the position of the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

const MAX_NAME_CHARS = 100;

/** Returns the parameter of the value: a property, or in a list of objects up to two properties of an item. */
function toPath(text: string, levels: readonly Level[]): string | undefined {
  const [first, ...rest] = levels.map(({ isList, at }) => (isList ? at : toName(text, at)));
  if (typeof first !== 'string') return undefined;
  const [index, ...names] = rest;
  if (typeof index !== 'number') return first;
  const within = names.findIndex((name) => typeof name !== 'string');
  return [`${first}[${index}]`, ...names.slice(0, within === -1 ? 2 : Math.min(within, 2))].join('.');
}

function toName(text: string, start: number): string {
  return text.slice(start + 1, endOfString(text, start)).slice(0, MAX_NAME_CHARS);
}
