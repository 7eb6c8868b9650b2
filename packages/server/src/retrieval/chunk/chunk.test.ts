import { describe, expect, it } from 'vitest';
import { joinText, type SectionedText } from '../../extraction/extracted-text.ts';
import { type ChunkOptions, chunkText, type TextChunk } from './chunk.ts';

/** Counts like a real tokenizer: words of more than four letters are several tokens, wide characters one each. */
function countTokens(text: string): number {
  let tokens = 0;
  for (const [word] of text.matchAll(/[a-z]{1,4}|[^a-z\s]|\n/giu)) tokens += word.length > 0 ? 1 : 0;
  return tokens;
}

const each = (count: (text: string) => number) => async (parts: readonly string[]) => parts.map(count);
const options = (maxTokens: number, overlapTokens = 0): ChunkOptions => ({
  maxTokens,
  overlapTokens,
  countTokens: each(countTokens),
});
/** One token per character, so that the expected chunks are easy to see. */
const characters = (maxTokens: number, overlapTokens = 0): ChunkOptions => ({
  maxTokens,
  overlapTokens,
  countTokens: each((text) => text.length),
});
const plain = (text: string): SectionedText => ({ sections: [{ text }] });
const first = async (chunks: Promise<TextChunk[]>) => (await chunks)[0]?.text;
const texts = async (chunks: Promise<TextChunk[]>) => (await chunks).map((chunk) => chunk.text);

/** Returns a deterministic generator of numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const PIECES = [
  'word ',
  'a',
  'supercalifragilistic',
  ' ',
  '\n',
  '\n\n',
  '. ',
  '? "',
  ', ',
  '\t',
  '\r\n',
  '   \n',
  '# Title\n',
  '日本語',
  '。',
  '漢',
  'ไทย',
  '👩🏽‍💻',
  'e\u0301',
  '한국어 ',
  '};\n',
  '    return x;\n',
  '12.5 ',
  '\u3000',
  'ÆØÅ',
];

function randomText(random: () => number): SectionedText {
  const sections = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, index) => {
    const pieces = Array.from({ length: Math.floor(random() * 120) }, () => {
      const piece = PIECES[Math.floor(random() * PIECES.length)] ?? '';
      return random() < 0.05 ? piece.repeat(60) : piece;
    });
    return { text: pieces.join(''), page: index + 1, ...(random() < 0.3 ? { heading: 'Title' } : {}) };
  });
  return { sections };
}

describe('chunkText', () => {
  it('returns well-formed chunks within the budget that cover random texts of many scripts', async () => {
    const random = seeded(7);
    for (let round = 0; round < 150; round++) {
      const text = randomText(random);
      const joined = joinText(text);
      const maxTokens = 8 + Math.floor(random() * 120);
      const overlapTokens = Math.floor((random() * maxTokens) / 2);
      const chunks = await chunkText(text, options(maxTokens, overlapTokens));
      const label = `round ${round}, ${maxTokens} tokens, ${overlapTokens} overlapping`;
      let covered = 0;
      for (const chunk of chunks) {
        expect(chunk.text, label).toBe(joined.slice(chunk.start, chunk.end));
        expect(countTokens(chunk.text), label).toBeLessThanOrEqual(maxTokens);
        expect(chunk.text.isWellFormed(), label).toBe(true);
        expect(chunk.end, label).toBeGreaterThan(covered);
        // Only white space separates two chunks.
        if (chunk.start > covered) expect(joined.slice(covered, chunk.start).trim(), label).toBe('');
        else expect(countTokens(joined.slice(chunk.start, covered)), label).toBeLessThanOrEqual(overlapTokens);
        covered = chunk.end;
      }
      expect(joined.slice(covered).trim(), label).toBe('');
      expect(await chunkText(text, options(maxTokens, overlapTokens)), label).toEqual(chunks);
    }
  });

  it('cuts before a heading rather than after a paragraph', async () => {
    const sections = [
      { text: '# One\n\nalpha beta gamma.\n\ndelta beta.\n\n', heading: 'One' },
      { text: '# Two\n\nzeta beta and gamma.\n\n', heading: 'Two' },
      { text: '# Three\n\nkappa and lambda and much more.\n', heading: 'Three' },
    ];
    const chunks = await texts(chunkText({ sections }, characters(50)));
    expect(chunks).toEqual(sections.map((section) => section.text));
    const later = [
      { text: 'alpha beta gamma delta eta.\n\n' },
      { text: '# Two\n\nab cd ef.\n\ngh ij kl.\n', heading: 'Two' },
    ];
    expect(await first(chunkText({ sections: later }, characters(50)))).toBe(later[0]?.text);
  });

  it('keeps a heading together with what follows it', async () => {
    const title = { text: '# A rather long title\n\nthese words follow it\n', heading: 'A rather long title' };
    expect(await first(chunkText({ sections: [{ text: 'Ab.\n\n' }, title] }, characters(30)))).toBe('Ab.\n\n');
  });

  it('cuts between paragraphs, sentences, lines and words in this order', async () => {
    expect(await first(chunkText(plain('one two.\n\nabc def. ghi'), characters(16)))).toBe('one two.\n\n');
    expect(await first(chunkText(plain('one two ten. Abc def ghi'), characters(17)))).toBe('one two ten. ');
    expect(await first(chunkText(plain('one,two,ten\nabc,def,ghi'), characters(16)))).toBe('one,two,ten\n');
    expect(await first(chunkText(plain('one two six abc def ghi'), characters(14)))).toBe('one two six ');
  });

  it('does not treat the full stop of an abbreviation as the end of a sentence', async () => {
    expect(await first(chunkText(plain('Ab cd ef gh. Ef e.g. gh ij kl'), characters(26)))).toBe(
      'Ab cd ef gh. Ef e.g. gh ',
    );
  });

  it('does not treat operators of code as the end of a sentence', async () => {
    expect(await first(chunkText(plain('x = abc(d, e) ?? F; y = a ? B : C; z'), characters(22)))).toBe(
      'x = abc(d, e) ?? F; ',
    );
    expect(await first(chunkText(plain('y = abc(d) ? B : C, z of'), characters(18)))).toBe('y = abc(d) ? B : ');
  });

  it('never separates an accent from its letter', async () => {
    for (const chunk of await texts(chunkText(plain('e\u0301'.repeat(40)), characters(8))))
      expect(chunk).toMatch(/^e.*\u0301$/s);
  });

  it('cuts code between functions rather than inside one', async () => {
    const code = 'f() {\n  a();\n  b();\n}\ng() {\n  c();\n  d();\n}\n';
    expect(await first(chunkText(plain(code), characters(29)))).toBe('f() {\n  a();\n  b();\n}\n');
  });

  it('cuts text without spaces after a full stop, otherwise between characters', async () => {
    expect(await first(chunkText(plain('今日は晴れです。明日は雨です。'), options(10)))).toBe('今日は晴れです。');
    const chunks = await texts(chunkText(plain('漢字'.repeat(50)), options(10)));
    expect(chunks.every((chunk) => (chunk.length >= 9 && chunk.length <= 10) || chunk === chunks.at(-1))).toBe(true);
  });

  it('splits a word that is longer than the budget', async () => {
    const chunks = await texts(chunkText(plain('x'.repeat(4000)), options(100)));
    expect(chunks.join('')).toBe('x'.repeat(4000));
    expect(chunks.length).toBeLessThanOrEqual(12);
  });

  it('fills the chunks of plain prose', async () => {
    const prose = 'The cat sat on the mat while it was raining cats and dogs. '.repeat(200);
    const chunks = await chunkText(plain(prose), options(200, 50));
    const filled = chunks.slice(0, -1).map((chunk) => countTokens(chunk.text) / 200);
    expect(Math.min(...filled)).toBeGreaterThan(0.75);
  });

  it('repeats whole sentences of the chunk before', async () => {
    const chunks = await texts(
      chunkText(plain('Ab cd ef. Gh ij kl. Mn op qr. St uv wx. Yz ab cd.'), characters(40, 17)),
    );
    expect(chunks).toEqual(['Ab cd ef. Gh ij kl. Mn op qr. ', 'Mn op qr. St uv wx. Yz ab cd.']);
  });

  it('returns the page of the first character of a chunk', async () => {
    const sections = [
      { text: 'aaa bbb ccc ', page: 1 },
      { text: 'ddd eee fff', page: 2 },
    ];
    expect((await chunkText({ sections }, characters(9))).map((chunk) => chunk.page)).toEqual([1, 1, 2]);
  });

  it('returns no chunk for white space or an empty text', async () => {
    expect(await chunkText({ sections: [] }, options(10))).toEqual([]);
    expect(await chunkText(plain(' \n\t\n '), options(10))).toEqual([]);
    expect(
      (await texts(chunkText(plain(`one${'\n'.repeat(500)}two`), options(10)))).map((text) => text.trim()),
    ).toEqual(['one', 'two']);
  });

  it('counts the tokens of each character at most a few times, for any text', async () => {
    const hostile = [
      'x'.repeat(200_000),
      '\n'.repeat(200_000),
      'word '.repeat(40_000),
      '漢'.repeat(200_000),
      '. '.repeat(100_000),
    ];
    const mixed = `${'x'.repeat(30_000)}${' '.repeat(30_000)}${'漢字。'.repeat(10_000)}`.repeat(2);
    for (const text of [...hostile, mixed]) {
      let seen = 0;
      let calls = 0;
      const count = (part: string) => {
        seen += part.length;
        calls += 1;
        return countTokens(part);
      };
      await chunkText(plain(text), { maxTokens: 400, overlapTokens: 200, countTokens: each(count) });
      expect(seen / text.length).toBeLessThan(8);
      expect(calls / text.length).toBeLessThan(1 / 20);
    }
  });

  it('refuses options outside their ranges', async () => {
    await expect(chunkText(plain('a'), options(0))).rejects.toThrow(RangeError);
    await expect(chunkText(plain('a'), options(10, 6))).rejects.toThrow(RangeError);
    await expect(chunkText(plain('a'), options(10, -1))).rejects.toThrow(RangeError);
    await expect(chunkText(plain('a'), options(Number.NaN))).rejects.toThrow(RangeError);
  });
});
