import { describe, expect, it } from 'vitest';
import { createThoughtReader, knowsThoughts } from './thought-reader.ts';

/** The answer, and which pieces were thoughts. */
function read(pieces: readonly string[], inside = false) {
  const reader = createThoughtReader(inside);
  const steps = pieces.map((piece) => reader.push(piece));
  return {
    text: steps.map(({ text }) => text).join('') + reader.flush(),
    thoughts: steps.map(({ thought }) => thought),
  };
}

describe('createThoughtReader', () => {
  const answer = '<think>\nHm, <b> or </b>? </thin k>\n</think>\n\nIt is <think> four.</think>';

  it('keeps a thought at the beginning out of the answer, wherever the pieces end', () => {
    for (let size = 1; size <= answer.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(answer.length / size) }, (_, i) =>
        answer.slice(i * size, (i + 1) * size),
      );
      expect(read(pieces).text).toBe('It is <think> four.</think>');
    }
  });

  it('tells which pieces belong to the thought', () => {
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

  it('begins inside a thought that the prompt has opened', () => {
    expect(read(['so', ' be it', '</think>', 'Four'], true)).toEqual({
      text: 'Four',
      thoughts: [true, true, true, false],
    });
  });

  it('leaves answers without a thought as they are, also those that look like one', () => {
    for (const text of ['Four.', '  Four', '<thing>', '<thin', '', ' ', 'a <think>b</think>']) {
      expect(read(text.split('')).text).toBe(text);
    }
  });

  it('gives nothing of a thought that does not end', () => {
    expect(read(['<think>', 'for', ' ever </thi']).text).toBe('');
  });

  it('waits only while a thought may be beginning', () => {
    const reader = createThoughtReader(false);
    const holds = ['<', 'th', 'e'].map((piece) => {
      reader.push(piece);
      return reader.holds;
    });
    expect(holds).toEqual([true, true, false]);
  });
});

it('a template that has both marks is that of a model which thinks', () => {
  expect(knowsThoughts("{{ content.split('</think>') }}<think>\n")).toBe(true);
  expect(knowsThoughts('{{ content }}')).toBe(false);
});
