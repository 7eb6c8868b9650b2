import { describe, expect, it } from 'vitest';
import { type AnswerText, createAnswerText } from './answer-text.ts';

/** Tokens are byte strings; the decoder shows U+FFFD for incomplete bytes, as the engine's does. */
type Bytes = readonly number[];

function detokenize(tokens: Bytes[], before: Bytes[]): string {
  const decode = (list: Bytes[]) => Buffer.from(list.flat()).toString('utf8');
  return decode([...before, ...tokens]).slice(decode(before).length);
}

const answer = (endOfTurn: readonly string[] = []): AnswerText<Bytes> =>
  createAnswerText<Bytes>({ detokenize, promptTail: [], endOfTurn });

const bytes = (text: string): Bytes => [...Buffer.from(text, 'utf8')];

function run(tokens: readonly Bytes[], endOfTurn: readonly string[] = []) {
  const text = answer(endOfTurn);
  const steps: string[][] = [];
  for (const token of tokens) {
    const { events, ended } = text.push(token);
    steps.push(events.map((event) => event.text));
    if (ended) return { steps, ended };
  }
  steps.push(text.flush().map((event) => event.text));
  return { steps, ended: false };
}

describe('createAnswerText', () => {
  it('sends one event per token at once when nothing can be held back', () => {
    expect(run([bytes('Hel'), bytes('lo')]).steps).toEqual([['Hel'], ['lo'], []]);
  });

  it('waits with the text, not with the event, until a character is complete', () => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes('😀');
    expect(run([[a], [b, c], [d], bytes('!')]).steps).toEqual([[''], [''], ['😀'], ['!'], []]);
  });

  it('shows what stands before and after a character that is cut by token borders', () => {
    const [a = 0, b = 0] = bytes('é');
    expect(
      run([
        [...bytes('caf'), a],
        [b, ...bytes(' au')],
      ]).steps,
    ).toEqual([['caf'], ['é au'], []]);
  });

  it('leaves out a character that the answer ends in the middle of', () => {
    const [a = 0, b = 0] = bytes('日');
    expect(run([bytes('x'), [a], [b]]).steps).toEqual([['x'], [''], [''], []]);
  });

  it('shows bytes that never become a character as U+FFFD, and does not carry them along for ever', () => {
    let longest = 0;
    const text = createAnswerText<Bytes>({
      promptTail: [],
      endOfTurn: [],
      detokenize: (tokens, before) => {
        longest = Math.max(longest, tokens.length);
        return detokenize(tokens, before);
      },
    });
    const shown = Array.from({ length: 40 }, () =>
      text
        .push([0x80])
        .events.map((event) => event.text)
        .join(''),
    );
    expect(shown.join('')).toMatch(/^\uFFFD{39,40}$/);
    expect(longest).toBeLessThanOrEqual(8);
  });

  it('holds back the events of what may be the end of turn, and sends them when it is not', () => {
    expect(run([bytes('a\n'), bytes('Us'), bytes('ed')], ['\nUser:']).steps).toEqual([[], [], ['a', '', '\nUsed'], []]);
  });

  it('neither shows nor counts the tokens of the end of turn', () => {
    const { steps, ended } = run([bytes('yes'), bytes('\n'), bytes('User'), bytes(': x')], ['\nUser:']);
    expect(ended).toBe(true);
    expect(steps).toEqual([['yes'], [], [], []]);
  });

  it('shows and counts the token whose text begins before the end of turn', () => {
    expect(run([bytes('yes\n'), bytes('User:')], ['\nUser:'])).toEqual({ steps: [[], ['yes']], ended: true });
  });

  it('gives back what it held when the answer ends elsewhere', () => {
    expect(run([bytes('a'), bytes('\nU'), bytes('s')], ['\nUser:']).steps).toEqual([['a'], [], [], ['', '\nUs']]);
  });
});
