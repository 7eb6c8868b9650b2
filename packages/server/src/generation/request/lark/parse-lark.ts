/**
 * Text of a Lark grammar → its definitions. Pure. Invariant: unsupported syntax throws LarkError, with the line if
 * known.
 */

/** The grammar is invalid or not supported. */
export class LarkError extends Error {
  override readonly name = 'LarkError';
}

export type LarkNode =
  /** A part of a regular expression. */
  | { kind: 'pattern'; pattern: string }
  | { kind: 'name'; name: string }
  | { kind: 'either'; options: readonly LarkNode[] }
  | { kind: 'sequence'; parts: readonly LarkNode[] }
  | { kind: 'repeat'; body: LarkNode; times: string };

export interface LarkGrammar {
  definitions: ReadonlyMap<string, LarkNode>;
  /** Ignored text between any two terminals. */
  ignored: readonly LarkNode[];
  /** Name here → name in Lark's library of common terminals. */
  imports: ReadonlyMap<string, string>;
}

interface LarkToken {
  kind: 'line' | 'string' | 'regexp' | 'name' | 'number' | 'command' | 'sign';
  text: string;
  line: number;
}

const TOKENS: readonly (readonly [LarkToken['kind'] | undefined, RegExp])[] = [
  [undefined, /[ \t]+|\/\/[^\n]*|#[^\n]*/y],
  ['line', /\r?\n\s*/y],
  ['string', /"(?:\\.|[^"\\\n])*"i?/y],
  ['regexp', /\/(?:\\.|[^/\\\n])+\/[imslux]*/y],
  ['command', /%[a-z]+/y],
  ['name', /_?[A-Za-z][A-Za-z0-9_]*/y],
  ['number', /-?\d+/y],
  ['sign', /\.\.|->|[:|()[\]*+?~.,!{}]/y],
];

const MAX_DEPTH = 100;

function split(source: string): LarkToken[] {
  const tokens: LarkToken[] = [];
  let line = 1;
  for (let at = 0; at < source.length; ) {
    const found = TOKENS.values()
      .map(([kind, pattern]) => {
        pattern.lastIndex = at;
        return { kind, text: pattern.exec(source)?.[0] };
      })
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined) throw new LarkError(`line ${line} has a '${source[at]}' that is not understood`);
    if (found.kind !== undefined) tokens.push({ kind: found.kind, text: found.text, line });
    line += found.text.split('\n').length - 1;
    at += found.text.length;
  }
  return tokens;
}

export function parseLark(source: string): LarkGrammar {
  return new LarkParser(split(source)).parse();
}

class LarkParser {
  readonly #tokens: readonly LarkToken[];
  #at = 0;
  #depth = 0;
  readonly #definitions = new Map<string, LarkNode>();
  readonly #ignored: LarkNode[] = [];
  readonly #imports = new Map<string, string>();

  constructor(tokens: readonly LarkToken[]) {
    this.#tokens = tokens;
  }

  parse(): LarkGrammar {
    while (this.#at < this.#tokens.length) {
      const token = this.#next();
      if (token.kind === 'line') continue;
      if (token.kind === 'command') this.#command(token);
      else if (token.text === '!' || token.text === '?') continue;
      else if (token.kind === 'name') this.#define(token);
      else throw this.#unexpected(token);
      const end = this.#peek();
      if (end !== undefined && end.kind !== 'line') throw this.#unexpected(end);
    }
    return { definitions: this.#definitions, ignored: this.#ignored, imports: this.#imports };
  }

  #peek(): LarkToken | undefined {
    return this.#tokens[this.#at];
  }

  #next(): LarkToken {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new LarkError('it ends in the middle');
    this.#at += 1;
    return token;
  }

  /** Consumes the next token if it is this sign. Returns whether it was. */
  #takes(sign: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(kind: LarkToken['kind'], text?: string): LarkToken {
    const token = this.#next();
    if (token.kind !== kind || (text !== undefined && token.text !== text)) throw this.#unexpected(token);
    return token;
  }

  #unexpected({ text, line }: LarkToken): LarkError {
    return new LarkError(`line ${line} has a '${text.trim() || 'line end'}' that is not understood there`);
  }

  #command({ text, line }: LarkToken): void {
    if (text === '%ignore') this.#ignored.push(this.#either());
    else if (text === '%import') this.#import();
    else throw new LarkError(`line ${line} has '${text}', which is not supported`);
  }

  #import(): void {
    const library = this.#expect('name');
    if (library.text !== 'common') throw new LarkError(`'${library.text}' cannot be imported from, only 'common'`);
    if (this.#takes('(')) {
      do this.#note(this.#expect('name').text);
      while (this.#takes(','));
      this.#expect('sign', ')');
      return;
    }
    this.#expect('sign', '.');
    const { text } = this.#expect('name');
    this.#note(text, this.#takes('->') ? this.#expect('name').text : text);
  }

  #note(common: string, name = common): void {
    this.#imports.set(name, common);
  }

  #define({ text: name, line }: LarkToken): void {
    // A priority decides between trees of the same text, which is all the same here.
    if (this.#takes('.')) this.#expect('number');
    if (this.#definitions.has(name)) throw new LarkError(`line ${line} defines '${name}' again`);
    this.#expect('sign', ':');
    this.#definitions.set(name, this.#either());
  }

  #either(): LarkNode {
    const options = [this.#sequence()];
    while (this.#goesOn()) options.push(this.#sequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'either', options };
  }

  /** Whether another option follows, on this line or at the beginning of the next one. */
  #goesOn(): boolean {
    if (this.#takes('|')) return true;
    if (this.#peek()?.kind !== 'line' || this.#tokens[this.#at + 1]?.text !== '|') return false;
    this.#at += 2;
    return true;
  }

  #sequence(): LarkNode {
    const parts: LarkNode[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === 'line' || (token.kind === 'sign' && token.text !== '(' && token.text !== '[')) break;
      parts.push(this.#repeated(this.#atom()));
    }
    // The name of a tree.
    if (this.#takes('->')) this.#expect('name');
    return { kind: 'sequence', parts };
  }

  #repeated(body: LarkNode): LarkNode {
    for (const times of ['*', '+', '?']) if (this.#takes(times)) return { kind: 'repeat', body, times };
    if (!this.#takes('~')) return body;
    const { text: least } = this.#expect('number');
    const most = this.#takes('..') ? this.#expect('number').text : least;
    return { kind: 'repeat', body, times: `{${least},${most}}` };
  }

  #atom(): LarkNode {
    const token = this.#next();
    if (token.kind === 'name') return { kind: 'name', name: token.text };
    if (token.kind === 'regexp') return { kind: 'pattern', pattern: toPattern(token) };
    if (token.kind === 'string') return { kind: 'pattern', pattern: this.#string(token) };
    if (token.text !== '(' && token.text !== '[') throw this.#unexpected(token);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new LarkError(`line ${token.line} is nested too deeply`);
    const body = this.#either();
    this.#depth -= 1;
    this.#expect('sign', token.text === '(' ? ')' : ']');
    return token.text === '(' ? body : { kind: 'repeat', body, times: '?' };
  }

  #string(token: LarkToken): string {
    const text = toText(token);
    if (!this.#takes('..')) return token.text.endsWith('i') ? inAnyCase(text) : literal(text);
    const last = toText(this.#expect('string'));
    if (Array.from(text).length !== 1 || Array.from(last).length !== 1 || text > last) throw this.#unexpected(token);
    return `[${literal(text)}-${literal(last)}]`;
  }
}

function toPattern({ text, line }: LarkToken): string {
  const end = text.lastIndexOf('/');
  if (end < text.length - 1)
    throw new LarkError(`line ${line} has the flags '${text.slice(end + 1)}', which are not supported`);
  return `(?:${text.slice(1, end)})`;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', '0': '\0' };

function toText({ text }: LarkToken): string {
  const inner = text.slice(1, text.lastIndexOf('"'));
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gu,
    (_, byte?: string, unit?: string, other = '') =>
      byte === undefined && unit === undefined
        ? (ESCAPES[other] ?? other)
        : String.fromCodePoint(Number.parseInt(byte ?? unit ?? '', 16)),
  );
}

function literal(text: string): string {
  return text.replaceAll(/[\^$\\.*+?()[\]{}|/-]/g, (sign) => (sign === '-' ? '\\x2d' : `\\${sign}`));
}

function inAnyCase(text: string): string {
  return Array.from(text, (character) => {
    const cases = [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
    return cases.length === 1 ? literal(character) : `(?:${cases.map(literal).join('|')})`;
  }).join('');
}
