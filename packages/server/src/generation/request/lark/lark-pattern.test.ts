import { describe, expect, it } from 'vitest';
import { LarkError, toLarkPattern } from './lark-pattern.ts';

const matches = (grammar: string, text: string) => new RegExp(`^(?:${toLarkPattern(grammar)})$`, 'u').test(text);

const ARITHMETIC = `
// Sums of products.
start: expr
expr: term (SP ADD SP term)* -> add
  | term
term: factor (SP MUL SP factor)* -> mul
    | factor
?factor: INT
SP: " "
ADD: "+"
MUL: "*"
%import common.INT
`;

describe('a grammar in Lark', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ['sums', ARITHMETIC, ['1', '4 + 4', '12 * 3 + 4 * 5'], ['', '4+4', '4 +', '+ 4', 'a']],
    ['alternatives, options and groups', 'start: "a" ["b"] ("c" | "d")+ |', ['', 'ac', 'abdc'], ['a', 'abb', 'b']],
    ['counts', 'start: A~2 B~1..3\nA: "x"\nB: "y" | "z"', ['xxy', 'xxzyz'], ['xy', 'xxyyyy']],
    ['ranges and regular expressions', 'start: "a".."c" /\\d{2}/ "-"', ['b12-'], ['d12-', 'b1-']],
    ['any case', 'start: "select"i " *"', ['select *', 'SeLeCt *'], ['selec *']],
    ['characters that mean something', 'start: "a.b|(c)[^]-\\\\ \\"\\n"', ['a.b|(c)[^]-\\ "\n'], ['aXb|(c)[^]-\\ "\n']],
    [
      'what is ignored between terminals and not in them',
      'start: NAME "=" NUMBER\nNAME: "a" "b"\n%import common (NUMBER, WS)\n%ignore WS',
      ['ab=1.5', ' ab  = 2\n'],
      ['a b=1', 'ab=1 2'],
    ],
    ['priorities and names of their own', 'start.2: WORD_ \n%import common.WORD -> WORD_', ['abc'], ['a1', '']],
  ])('matches exactly the language of a grammar with %s', (_what, grammar, good, bad) => {
    for (const text of good) expect([text, matches(grammar, text)]).toEqual([text, true]);
    for (const text of bad) expect([text, matches(grammar, text)]).toEqual([text, false]);
  });

  it('refuses a grammar of 300,000 rules within 100 ms', () => {
    const grammar = `start: a0\n${Array.from({ length: 300_000 }, (_, i) => `a${i}: "x"`).join('\n')}`;
    const started = performance.now();
    expect(() => toLarkPattern(grammar)).toThrow('more than 50000 characters');
    expect(performance.now() - started).toBeLessThan(100);
  });

  it.each<[string, string, string]>([
    ['a rule that contains itself', 'start: "(" start ")" | "x"', "'start' contains itself"],
    ['rules that contain each other', 'start: a\na: b\nb: "x" a?', "'a' contains itself"],
    ['a name that is not defined', 'start: expr', "'expr' is not defined"],
    ['no beginning', 'a: "b"', "no rule 'start'"],
    ['another library', 'start: X\n%import python.X', "'python'"],
    ['a terminal that the library lacks', 'start: X\n%import common.X', "'X' is not defined"],
    ['flags', 'start: /a/i', "flags 'i'"],
    ['a declaration', 'start: A\n%declare A', "'%declare'"],
    ['a template', 'start: a{"x"}\na{b}: b', 'line 1'],
    ['a string without an end', 'start: "a', 'line 1'],
    ['a name that is defined twice', 'start: "a"\nstart: "b"', 'line 2'],
    ['a group without an end', 'start: ("a"', 'in the middle'],
    ['groups in 10,000 groups', `start: ${'('.repeat(10_000)}"a"${')'.repeat(10_000)}`, 'nested too deeply'],
    [
      '2,000 rules inside each other',
      `start: a0\n${Array.from({ length: 2000 }, (_, i) => `a${i}: a${i + 1}`).join('\n')}`,
      'nested too deeply',
    ],
    [
      'doubling rules',
      Array.from({ length: 30 }, (_, i) => (i === 0 ? 'start: a1 a1' : `a${i}: a${i + 1} a${i + 1}`)).join('\n') +
        '\na30: "x"',
      'too large',
    ],
  ])('refuses a grammar with %s', (_what, grammar, why) => {
    expect(() => toLarkPattern(grammar)).toThrow(LarkError);
    expect(() => toLarkPattern(grammar)).toThrow(why);
  });
});
