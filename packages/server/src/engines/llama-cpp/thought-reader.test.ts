import { describe, expect, it } from 'vitest';
import { createThoughtReader, knowsThoughts } from './thought-reader.ts';

/** Returns the answer, and whether each piece was part of a thought. */
function read(pieces: readonly string[], isInThought = false) {
  const reader = createThoughtReader(isInThought);
  const steps = pieces.map((piece) => reader.push(piece));
  return {
    text: steps.map(({ text }) => text).join('') + reader.flush(),
    thoughts: steps.map(({ thought }) => thought),
  };
}

describe('createThoughtReader', () => {
  const answer = '<think>\nHm, <b> or </b>? </thin k>\n</think>\n\nIt is <think> four.</think>';

  it('removes a leading thought from the answer for all piece sizes', () => {
    for (let size = 1; size <= answer.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(answer.length / size) }, (_, i) =>
        answer.slice(i * size, (i + 1) * size),
      );
      expect(read(pieces).text).toBe('It is <think> four.</think>');
    }
  });

  it('reports which pieces belong to the thought', () => {
    expect(read(['<th', 'ink>', 'so', '</think>', '\n', 'Four', '.']).thoughts).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(read(['<think>a</think>b']).thoughts).toEqual([false]);
  });

  it('starts inside a thought if the prompt opened one', () => {
    expect(read(['so', ' be it', '</think>', 'Four'], true)).toEqual({
      text: 'Four',
      thoughts: [true, true, true, false],
    });
  });

  it('returns answers without a thought unchanged, even if they resemble one', () => {
    for (const text of ['Four.', '  Four', '<thing>', '<thin', '', ' ', 'a <think>b</think>']) {
      expect(read(text.split('')).text).toBe(text);
    }
  });

  it('returns no text for an unfinished thought', () => {
    expect(read(['<think>', 'for', ' ever </thi']).text).toBe('');
  });

  it('holds text only while it may be the start of a thought', () => {
    const reader = createThoughtReader(false);
    const holds = ['<', 'th', 'e'].map((piece) => {
      reader.push(piece);
      return reader.holds;
    });
    expect(holds).toEqual([true, true, false]);
  });
});

it('detects a reasoning model by the end mark of thoughts in its template', () => {
  expect(knowsThoughts("{{ content.split('</think>') }}<think>\n")).toBe(true);
  expect(knowsThoughts('{{ content }}')).toBe(false);
});
