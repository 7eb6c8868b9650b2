/** The grammar of an answer that may start with a plain call. Anything else is text up to the family's marker. */
import { BLANKS, createPlainStates, FENCE } from '../plain-call.ts';
import { literal, type Rules } from './rules.ts';

export interface PlainGrammarOptions {
  /** Function names and the rules of their arguments. */
  bodies: readonly { name: string; body: string }[];
  /** Maximum calls in one answer. */
  maxCalls: number;
  /** First character of the family's marker. */
  markerStart: string;
  /** Returns the rule of text after the given number of characters of the marker. */
  text(written: number): string;
}

/** Maximum consecutive blanks between the parts of a call, because weak models may repeat them forever. */
const MAX_BLANKS = 24;

/** Returns the name of the start rule of the answer. */
export function toPlainAnswer(rules: Rules, { bodies, maxCalls, markerStart, text }: PlainGrammarOptions): string {
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
  rules.define(rest, maxCalls === 1 ? end : `${end} ${again}{0,${maxCalls - 1}}`);

  const states = createPlainStates(bodies.map(({ name }) => name));
  const names = states.map(() => rules.reserve('start'));
  for (const [index, { blanks, next, name }] of states.entries()) {
    const rule = names[index] ?? '';
    if (name !== undefined) {
      rules.define(rule, `${afterName.get(name)} ${rest}`);
      continue;
    }
    const steps = [...next].map(([character, to]) => `${literal(character)} ${names[to]}`);
    if (blanks) steps.push(`[ \\t\\r\\n] ${rule}`);
    const others = noneOf(`${[...next.keys()].join('')}${markerStart}${blanks ? BLANKS : ''}`);
    rules.define(rule, [...steps, `${literal(markerStart)} ${text(1)}`, `${others} ${text(0)}`, '""'].join(' | '));
  }
  return names[0] ?? '""';
}

/** Matches any character except these. */
export function noneOf(characters: string): string {
  const codes = Array.from(
    characters,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
  return `[^${codes.join('')}]`;
}
