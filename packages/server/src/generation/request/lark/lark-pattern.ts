/**
 * A Lark grammar without recursion → a regular expression for the same language, which the engine enforces. Pure.
 * Invariants: the language is the same; recursive rules are refused by name; the length of the result is bounded.
 */
import { LarkError, type LarkGrammar, type LarkNode, parseLark } from './parse-lark.ts';

export { LarkError };

/** Length of the result: each use of a rule is expanded. */
const MAX_CHARACTERS = 20_000;
/** A longer grammar is refused unread. */
export const MAX_SOURCE_CHARS = 50_000;
/** Nesting of rules. */
const MAX_DEPTH = 100;
const START = 'start';

/** Lark's library of common terminals. */
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

/** Returns the pattern for the whole text. @throws LarkError */
export function toLarkPattern(source: string): string {
  if (source.length > MAX_SOURCE_CHARS) throw new LarkError(`it has more than ${MAX_SOURCE_CHARS} characters`);
  const grammar = parseLark(source);
  if (!grammar.definitions.has(START)) throw new LarkError(`it has no rule '${START}'`);
  const ignored = grammar.ignored.map((node) => new Writer(grammar, '').write(node, []));
  const between = ignored.length === 0 ? '' : `(?:${ignored.join('|')})*`;
  return between + new Writer(grammar, between).define(START, []);
}

/** Names of terminals are upper case. */
const isTerminal = (name: string): boolean => name === name.toUpperCase();

class Writer {
  readonly #grammar: LarkGrammar;
  readonly #between: string;
  readonly #written = new Map<string, string>();

  /** `between` follows every terminal of a rule. */
  constructor(grammar: LarkGrammar, between: string) {
    this.#grammar = grammar;
    this.#between = between;
  }

  /** `open`: the names that are being expanded. */
  define(name: string, open: readonly string[]): string {
    const known = this.#written.get(name);
    if (known !== undefined) return known;
    if (open.includes(name))
      throw new LarkError(`'${name}' contains itself: only grammars without recursion can be enforced`);
    if (open.length >= MAX_DEPTH) throw new LarkError(`'${name}' is nested too deeply`);
    const pattern = this.#body(name, [...open, name]);
    if (pattern.length > MAX_CHARACTERS) throw new LarkError('it is too large to be enforced');
    this.#written.set(name, pattern);
    return pattern;
  }

  #body(name: string, open: readonly string[]): string {
    const node = this.#grammar.definitions.get(name);
    const common = COMMON[this.#grammar.imports.get(name) ?? ''];
    if (node === undefined && common === undefined) throw new LarkError(`'${name}' is not defined`);
    if (!isTerminal(name)) return node === undefined ? this.#token(common ?? '') : this.write(node, open);
    const pattern = node === undefined ? (common ?? '') : new Writer(this.#grammar, '').write(node, open);
    return this.#token(pattern);
  }

  #token(pattern: string): string {
    return this.#between === '' ? pattern : `${group(pattern)}${this.#between}`;
  }

  write(node: LarkNode, open: readonly string[]): string {
    switch (node.kind) {
      case 'pattern':
        return this.#token(node.pattern);
      case 'name':
        return group(this.define(node.name, open));
      case 'either':
        return this.#bounded(`(?:${node.options.map((option) => this.write(option, open)).join('|')})`);
      case 'sequence':
        return this.#bounded(node.parts.map((part) => this.write(part, open)).join(''));
      case 'repeat':
        return `${group(this.write(node.body, open))}${node.times}`;
    }
  }

  #bounded(pattern: string): string {
    if (pattern.length > MAX_CHARACTERS) throw new LarkError('it is too large to be enforced');
    return pattern;
  }
}

/** Wraps the pattern so that a quantifier applies to all of it. */
function group(pattern: string): string {
  return /^(?:\[[^\]\\]*\]|[^\\()[\]|])$/.test(pattern) ? pattern : `(?:${pattern})`;
}
