import { describe, expect, it } from 'vitest';
import { type AnswerText, createAnswerText } from './answer-text.ts';
import { CallReader } from './call-reader.ts';
import { createThoughtReader } from './thought-reader.ts';
import { TOOL_FORMS } from './tool-form.ts';

/** Tokens are byte strings. Like the engine's decoder, it returns U+FFFD for incomplete bytes. */
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
  it('ends the answer at a call that repeats an earlier one', () => {
    const reader = new CallReader({ form: TOOL_FORMS.hermes, afterText: true });
    const text = createAnswerText<Bytes>({ detokenize, promptTail: [], endOfTurn: [], reader });
    const call = '<tool_call>\n{"name": "a", "arguments": {"x": 1}}\n</tool_call>\n';
    const pieces = [call, '<tool_call>\n{"name": "a", "arg', 'uments": {"x": 1', '}', 'more'];
    const pushed = pieces.map((piece) => text.push(bytes(piece)));
    expect(pushed.map(({ ended }) => ended).slice(0, 4)).toEqual([false, false, false, true]);
    const calls = pushed.flatMap(({ events }) => events.flatMap((event) => event.calls ?? []));
    expect(calls).toEqual([{ index: 0, name: 'a', arguments: '{"x": 1}' }]);
    expect(text.called).toBe(true);
  });

  it('emits one event per token immediately when no text can be held back', () => {
    expect(run([bytes('Hel'), bytes('lo')]).steps).toEqual([['Hel'], ['lo'], []]);
  });

  it('emits an event for each token and its text once the character is complete', () => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes('😀');
    expect(run([[a], [b, c], [d], bytes('!')]).steps).toEqual([[''], [''], ['😀'], ['!'], []]);
  });

  it('emits the text around a character that spans two tokens', () => {
    const [a = 0, b = 0] = bytes('é');
    expect(
      run([
        [...bytes('caf'), a],
        [b, ...bytes(' au')],
      ]).steps,
    ).toEqual([['caf'], ['é au'], []]);
  });

  it('omits an incomplete character at the end of the answer', () => {
    const [a = 0, b = 0] = bytes('日');
    expect(run([bytes('x'), [a], [b]]).steps).toEqual([['x'], [''], [''], []]);
  });

  it('emits U+FFFD for invalid bytes and holds at most 8 tokens', () => {
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

  it('holds back the events of a possible end of turn and emits them when the text differs', () => {
    expect(run([bytes('a\n'), bytes('Us'), bytes('ed')], ['\nUser:']).steps).toEqual([[], [], ['a', '', '\nUsed'], []]);
  });

  it('emits no event for the tokens of the end of turn', () => {
    const { steps, ended } = run([bytes('yes'), bytes('\n'), bytes('User'), bytes(': x')], ['\nUser:']);
    expect(ended).toBe(true);
    expect(steps).toEqual([['yes'], [], [], []]);
  });

  it('emits the token whose text starts before the end of turn', () => {
    expect(run([bytes('yes\n'), bytes('User:')], ['\nUser:'])).toEqual({ steps: [[], ['yes']], ended: true });
  });

  it('emits held events when the answer ends without an end of turn', () => {
    expect(run([bytes('a'), bytes('\nU'), bytes('s')], ['\nUser:']).steps).toEqual([['a'], [], [], ['', '\nUs']]);
  });

  describe('createAnswerText for a reasoning model', () => {
    const think = (pieces: readonly string[]) => {
      const text = createAnswerText<Bytes>({
        detokenize,
        promptTail: [],
        endOfTurn: ['<end>'],
        thoughts: createThoughtReader(false),
      });
      return [...pieces.map((piece) => text.push(bytes(piece)).events), text.flush()];
    };
    const thought = { type: 'token', text: '', thought: true };
    const says = (text: string) => ({ type: 'token', text });

    it('reports the text of a thought without its marks, however the pieces cut them', () => {
      const text = '<think>\nI < you, </b>.</think> Hi';
      for (const size of [1, 2, 3, 5, 100]) {
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const thoughts = think(pieces)
          .flat()
          .map(({ thoughtText = '' }) => thoughtText);
        expect(thoughts.join('')).toBe('\nI < you, </b>.');
      }
    });

    it('marks the tokens of a thought, including those held back at its start', () => {
      const steps = think(['<th', 'ink>', 'so', '</think>', '\n', 'Hi']);
      expect(steps).toEqual([
        [],
        [thought, thought],
        [thought],
        [{ ...thought, thoughtText: 'so' }],
        [thought],
        [says('Hi')],
        [],
      ]);
    });

    it('emits held tokens when the text is not a thought after all', () => {
      expect(think(['<t', 'he', '!'])).toEqual([[], [says(''), says('<the')], [says('!')], []]);
      expect(think(['<thi'])).toEqual([[], [says('<thi')]]);
    });

    it('detects the end of turn after a thought', () => {
      const steps = think(['<think>a</think>Hi', '<e', 'nd>']);
      expect(steps).toEqual([[{ ...says('Hi'), thoughtText: 'a' }], [], [], []]);
    });
  });
});
