/** The grammar of an answer that may begin with a plain call; what deviates from one is text up to the family's marker. */
import { BLANKS, createPlainStates, FENCE } from '../plain-call.ts';
import { literal, type Rules } from './rules.ts';

export interface PlainGrammarOptions {
  /** Functions with the rule of their arguments. */
  bodies: readonly { name: string; body: string }[];
  /** Maximum calls of one answer. */
  most: number;
  /** First character of the family's marker. */
  begin: string;
  /** Rule of text in which so many characters of the marker have been written. */
  text(written: number): string;
}

/** Maximum blanks in a row between the parts of a call: models of random text never end a run of them. */
const MAX_BLANKS = 24;

/** Returns the name of the rule that an answer begins with. */
export function toPlainAnswer(rules: Rules, { bodies, most, begin, text }: PlainGrammarOptions): string {
  const gap = rules.add('gap', `[ \\t\\r\\n]{0,${MAX_BLANKS}}`);
  const [again, rest] = [rules.reserve('plain-again'), rules.reserve('plain-rest')];
  const afterName = new Map(
    bodies.map(({ name, body }) => {
      const parts = [literal(','), gap, literal('"arguments"'), gap, literal(':'), gap, body, gap, literal('}')];
      return [name, rules.add('plain-call', `${gap} ${parts.join(' ')}`)];
    }),
  );
  const calls = bodies.map(({ name }) => `${literal(`"${name}"`)} ${afterName.get(name)}`).join(' | ');
  const fence = `((${literal(`${FENCE}json`)} | ${literal(FENCE)}) ${gap})?`;
  const end = rules.add('plain-end', `${gap} (${literal(FENCE)} ${gap})?`);
  const head = ['{', '"name"', ':'].map((part) => `${literal(part)} ${gap}`).join(' ');
  rules.define(again, `${fence} ${head} (${calls}) ${end}`);
  rules.define(rest, most === 1 ? end : `${end} ${again}{0,${most - 1}}`);

  const states = createPlainStates(bodies.map(({ name }) => name));
  const names = states.map(() => rules.reserve('start'));
  for (const [index, { blanks, next, name }] of states.entries()) {
    const own = names[index] ?? '';
    if (name !== undefined) {
      rules.define(own, `${afterName.get(name)} ${rest}`);
      continue;
    }
    const steps = [...next].map(([character, to]) => `${literal(character)} ${names[to]}`);
    if (blanks) steps.push(`[ \\t\\r\\n] ${own}`);
    const others = noneOf(`${[...next.keys()].join('')}${begin}${blanks ? BLANKS : ''}`);
    rules.define(own, [...steps, `${literal(begin)} ${text(1)}`, `${others} ${text(0)}`, '""'].join(' | '));
  }
  return names[0] ?? '""';
}

/** Any character but these. */
export function noneOf(characters: string): string {
  const codes = Array.from(
    characters,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
  return `[^${codes.join('')}]`;
}
