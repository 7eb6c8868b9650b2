/**
 * A Lark grammar whose rules do not contain themselves → the regular expression of the same texts, which the engine enforces. Pure.
 * Invariants: the language is exact; a rule that contains itself is refused by its name; the length of the result is bounded.
 */
import { LarkError, type LarkGrammar, type LarkNode, parseLark } from './parse-lark.ts';

export { LarkError };

/** Each use of a rule is written out. */
const MOST_CHARACTERS = 20_000;
/** A longer text is not read at all. */
export const MAX_SOURCE_CHARS = 50_000;
/** Rules inside rules. */
const MOST_DEPTH = 100;
const START = 'start';

/** Lark's own library. */
const COMMON: Readonly<Record<string, string>> = {
  DIGIT: '[0-9]',
  HEXDIGIT: '[0-9A-Fa-f]',
  INT: '[0-9]+',
  SIGNED_INT: '[+\\x2d]?[0-9]+',
  DECIMAL: '(?:[0-9]+\\.[0-9]*|\\.[0-9]+)',
  FLOAT: '(?:[0-9]+[eE][+\\x2d]?[0-9]+|(?:[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[eE][+\\x2d]?[0-9]+)?)',
  NUMBER: '(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+\\x2d]?[0-9]+)?',
  SIGNED_NUMBER: '[+\\x2d]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+\\x2d]?[0-9]+)?',
  LCASE_LETTER: '[a-z]',
  UCASE_LETTER: '[A-Z]',
  LETTER: '[A-Za-z]',
  WORD: '[A-Za-z]+',
  CNAME: '[A-Za-z_][A-Za-z0-9_]*',
  ESCAPED_STRING: '"(?:[^"\\\\\\n]|\\\\[^\\n])*"',
  WS_INLINE: '[ \\t]+',
  WS: '[ \\t\\f\\r\\n]+',
  CR: '\\r',
  LF: '\\n',
  NEWLINE: '(?:\\r?\\n)+',
};

/** The pattern that the whole text must match. Throws LarkError. */
export function toLarkPattern(source: string): string {
  if (source.length > MAX_SOURCE_CHARS) throw new LarkError(`it has more than ${MAX_SOURCE_CHARS} characters`);
  const grammar = parseLark(source);
  if (!grammar.definitions.has(START)) throw new LarkError(`it has no rule '${START}'`);
  const ignored = grammar.ignored.map((node) => new Writer(grammar, '').write(node, []));
  const between = ignored.length === 0 ? '' : `(?:${ignored.join('|')})*`;
  return between + new Writer(grammar, between).define(START, []);
}

/** Names of terminals are in capitals. */
const isTerminal = (name: string): boolean => name === name.toUpperCase();

class Writer {
  readonly #grammar: LarkGrammar;
  readonly #between: string;
  readonly #written = new Map<string, string>();

  /** `between` is written behind every terminal of a rule. */
  constructor(grammar: LarkGrammar, between: string) {
    this.#grammar = grammar;
    this.#between = between;
  }

  /** `inside`: the names that are being written out. */
  define(name: string, inside: readonly string[]): string {
    const known = this.#written.get(name);
    if (known !== undefined) return known;
    if (inside.includes(name))
      throw new LarkError(`'${name}' contains itself: only grammars without recursion can be enforced`);
    if (inside.length >= MOST_DEPTH) throw new LarkError(`'${name}' is nested too deeply`);
    const pattern = this.#body(name, [...inside, name]);
    if (pattern.length > MOST_CHARACTERS) throw new LarkError('it is too large to be enforced');
    this.#written.set(name, pattern);
    return pattern;
  }

  #body(name: string, inside: readonly string[]): string {
    const node = this.#grammar.definitions.get(name);
    const common = COMMON[this.#grammar.imports.get(name) ?? ''];
    if (node === undefined && common === undefined) throw new LarkError(`'${name}' is not defined`);
    if (!isTerminal(name)) return node === undefined ? this.#token(common ?? '') : this.write(node, inside);
    const pattern = node === undefined ? (common ?? '') : new Writer(this.#grammar, '').write(node, inside);
    return this.#token(pattern);
  }

  #token(pattern: string): string {
    return this.#between === '' ? pattern : `${group(pattern)}${this.#between}`;
  }

  write(node: LarkNode, inside: readonly string[]): string {
    switch (node.kind) {
      case 'pattern':
        return this.#token(node.pattern);
      case 'name':
        return group(this.define(node.name, inside));
      case 'either':
        return this.#bounded(`(?:${node.options.map((option) => this.write(option, inside)).join('|')})`);
      case 'sequence':
        return this.#bounded(node.parts.map((part) => this.write(part, inside)).join(''));
      case 'repeat':
        return `${group(this.write(node.body, inside))}${node.times}`;
    }
  }

  #bounded(pattern: string): string {
    if (pattern.length > MOST_CHARACTERS) throw new LarkError('it is too large to be enforced');
    return pattern;
  }
}

/** As one item. */
function group(pattern: string): string {
  return /^(?:\[[^\]\\]*\]|[^\\()[\]|])$/.test(pattern) ? pattern : `(?:${pattern})`;
}
