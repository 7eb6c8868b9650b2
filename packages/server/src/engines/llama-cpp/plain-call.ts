/**
 * Calls as plain JSON instead of in the tags of the model's family, as small models often write them:
 * `{"name": …, "arguments": …}`, bare or in a Markdown fence, at the beginning of an answer. Pure.
 * Invariant: the grammar and the reader use the same states, so both treat the same answers as calls.
 */

/** A position in the beginning of an answer that may still become a plain call. */
export interface PlainState {
  /** Whether white space keeps this state. */
  blanks: boolean;
  /** Character → index of the state that follows. */
  next: Map<string, number>;
  /** The function that the answer calls, once its name and the closing quote are read. */
  name?: string;
}

export const FENCE = '```';
export const BLANKS = ' \t\r\n';
/** Maximum characters of all names together; with more functions, plain calls stay text. */
const MAX_NAME_CHARACTERS = 2_000;

/** Whether calls of these functions are recognised as plain JSON. */
export function canCallPlainly(names: readonly string[]): boolean {
  return names.reduce((sum, name) => sum + name.length, 0) <= MAX_NAME_CHARACTERS;
}

/** Returns the states of an answer's beginning. The first one is the initial state. */
export function createPlainStates(names: readonly string[]): PlainState[] {
  const states: PlainState[] = [];
  const add = (blanks = false): number => states.push({ blanks, next: new Map() }) - 1;
  const walk = (from: number, text: string): number => {
    let at = from;
    for (const character of text) {
      const known = states[at]?.next.get(character);
      const to = known ?? add();
      states[at]?.next.set(character, to);
      at = to;
    }
    return at;
  };
  const allowBlanks = (at: number): number => {
    const state = states[at];
    if (state !== undefined) state.blanks = true;
    return at;
  };
  const start = add(true);
  const brace = allowBlanks(walk(start, '{'));
  const fence = allowBlanks(walk(start, FENCE));
  const language = allowBlanks(walk(fence, 'json'));
  for (const opening of [fence, language]) states[opening]?.next.set('{', brace);
  const key = allowBlanks(walk(brace, '"name"'));
  const value = allowBlanks(walk(key, ':'));
  for (const name of names) {
    const state = states[walk(value, `"${name}"`)];
    if (state !== undefined) state.name = name;
  }
  return states;
}

/** Returns the index of the state after `character`; undefined = the answer is text. */
export function nextPlainState(states: readonly PlainState[], at: number, character: string): number | undefined {
  const state = states[at];
  return state?.next.get(character) ?? (state?.blanks === true && BLANKS.includes(character) ? at : undefined);
}
