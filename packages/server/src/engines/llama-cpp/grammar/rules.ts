/**
 * Builds a GBNF grammar: named rules, each defined once, and the JSON rules that all schemas share.
 * Invariant: the shared rules admit valid JSON only: one code point per character rule, at most one space after `:` and
 * `,`.
 */

/** A string of the schema, as a GBNF literal. */
export function literal(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character;
  });
  return `"${escaped.join('')}"`;
}

/** A JSON value of the schema (enum, const), as the literal of its serialisation. */
export function jsonLiteral(value: unknown): string {
  return literal(JSON.stringify(value));
}

interface SharedRule {
  body: string;
  /** Shared rules that the body names. */
  needs: readonly string[];
}

const SHARED: Readonly<Record<string, SharedRule>> = {
  hex: { body: '[0-9a-fA-F]', needs: [] },
  // Each alternative is one code point: an escape never yields a lone surrogate.
  escape: {
    body: '"\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cefA-CEF] hex hex hex | [dD] [0-7] hex hex))',
    needs: ['hex'],
  },
  char: { body: '[^"\\\\\\x00-\\x1f\\x7f] | escape', needs: ['escape'] },
  string: { body: '"\\"" char* "\\""', needs: ['char'] },
  integer: { body: '"-"? ("0" | [1-9] [0-9]{0,15})', needs: [] },
  number: { body: 'integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?', needs: ['integer'] },
  boolean: { body: '"true" | "false"', needs: [] },
  null: { body: '"null"', needs: [] },
  comma: { body: '"," " "?', needs: [] },
  colon: { body: '":" " "?', needs: [] },
  value: {
    body: 'object | array | string | number | boolean | null',
    needs: ['object', 'array', 'string', 'number', 'boolean', 'null'],
  },
  pair: { body: 'string colon value', needs: ['string', 'colon', 'value'] },
  object: { body: '"{" (pair (comma pair)*)? "}"', needs: ['pair', 'comma'] },
  array: { body: '"[" (value (comma value)*)? "]"', needs: ['value', 'comma'] },
};

export interface Rules {
  /** Name of a shared rule; it and what it needs become part of the grammar. */
  shared(name: string): string;
  /** Adds a rule and returns its name; `hint` makes the name readable. */
  add(hint: string, body: string): string;
  /** Reserves a name, for rules that refer to themselves; `define` gives it its body. */
  reserve(hint: string): string;
  define(name: string, body: string): void;
  /** The grammar, `root` first. */
  print(root: string): string;
  /** Name and body of every rule. */
  entries(): [string, string][];
  /** Returns a function that removes the rules added after this call. */
  mark(): () => void;
  /** Characters written so far. */
  readonly size: number;
}

/** `existing`: rules that are already defined. */
export function createRules(existing: Iterable<readonly [name: string, body: string]> = []): Rules {
  const rules = new Map(existing);
  const numbers = new Map<string, number>();
  let size = 0;
  const define = (name: string, body: string) => {
    rules.set(name, body);
    size += body.length;
  };
  const shared = (name: string): string => {
    const rule = SHARED[name];
    if (rule === undefined) throw new Error(`no shared rule is called '${name}'`);
    if (rules.has(name)) return name;
    define(name, rule.body);
    for (const other of rule.needs) shared(other);
    return name;
  };
  const reserve = (hint: string): string => {
    const stem =
      hint
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-+|-+$/g, '') || 'rule';
    let number = (numbers.get(stem) ?? 0) + 1;
    while (rules.has(`${stem}-${number}`)) number += 1;
    numbers.set(stem, number);
    const name = `${stem}-${number}`;
    rules.set(name, '');
    return name;
  };
  return {
    shared,
    reserve,
    define,
    add(hint, body) {
      const name = reserve(hint);
      define(name, body);
      return name;
    },
    entries: () => [...rules],
    mark() {
      const before = { rules: rules.size, size };
      return () => {
        for (const name of [...rules.keys()].slice(before.rules)) rules.delete(name);
        size = before.size;
      };
    },
    print: (root) => [`root ::= ${root}`, ...[...rules].map(([name, body]) => `${name} ::= ${body}`)].join('\n'),
    get size() {
      return size;
    },
  };
}
