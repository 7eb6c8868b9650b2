import { describe, expect, it } from 'vitest';
import { cutPiece, keepPrefix } from './prompt-pieces.ts';

/** Returns the positions and lengths of the pieces of a prompt. */
function pieces(length: number, most: (step: number) => number, blocks: boolean, from = 0) {
  const list: [position: number, tokens: number][] = [];
  let position = from;
  for (let step = 0; position < length; step++) {
    const tokens = cutPiece({ position, left: length - position, most: most(step), blocks });
    if (tokens > 0) list.push([position, tokens]);
    position += tokens;
  }
  return list;
}

/** Returns the kernel of each token: in a tile, in a row of four, left over at the end, or in a piece below four. */
function kernels(length: number, list: readonly (readonly [number, number])[]): string[] {
  const kinds = Array.from<string>({ length }).fill('cached');
  for (const [position, tokens] of list) {
    for (let i = 0; i < tokens; i++) {
      const four = tokens < 4 ? 'few' : i < tokens - (tokens % 4) ? 'four' : 'left over';
      kinds[position + i] = tokens >= 64 ? `tile ${four}` : four;
    }
  }
  return kinds;
}

const clocks: readonly ((step: number) => number)[] = [
  () => 64,
  () => 128,
  (step) => [8, 64, 12, 128, 20][step % 5] ?? 8,
  (step) => (step % 2 === 0 ? 8 : 64),
];

describe('cutPiece', () => {
  it.each([true, false])('computes each token with the same kernel for any size of a round (blocks: %s)', (blocks) => {
    for (const length of [1, 3, 5, 41, 60, 61, 62, 63, 64, 65, 66, 127, 128, 130, 200, 333]) {
      const expected = kernels(
        length,
        pieces(length, () => 64, blocks),
      );
      for (const clock of clocks) expect(kernels(length, pieces(length, clock, blocks))).toEqual(expected);
    }
  });

  it('cuts whole blocks if rounds are large enough, and a smaller piece only at the end', () => {
    expect(pieces(150, () => 64, true)).toEqual([
      [0, 64],
      [64, 64],
      [128, 22],
    ]);
  });

  it('never cuts a piece of 64 rows without blocks', () => {
    for (const [, tokens] of pieces(500, () => 128, false)) expect(tokens).toBeLessThan(64);
  });

  it('returns 0 if a block does not fit into the round', () => {
    expect(cutPiece({ position: 64, left: 100, most: 60, blocks: true })).toBe(0);
    expect(cutPiece({ position: 68, left: 100, most: 32, blocks: true })).toBe(32);
  });

  it('continues from a cached position inside a block', () => {
    expect(pieces(200, () => 64, true, 100)).toEqual([
      [100, 28],
      [128, 64],
      [192, 8],
    ]);
  });
});

describe('keepPrefix', () => {
  it('keeps a prefix so that all tokens use the kernels of an uncached prompt', () => {
    for (const blocks of [true, false]) {
      for (const previous of [10, 41, 63, 64, 65, 100, 128, 129, 200]) {
        const before = kernels(
          previous,
          pieces(previous, () => 64, blocks),
        );
        for (const length of [10, 41, 63, 64, 65, 100, 128, 129, 130, 200, 260]) {
          for (const shared of [0, 3, 40, 41, 63, 64, 65, 90, 128, 129, 150].filter(
            (n) => n <= Math.min(previous, length),
          )) {
            const kept = keepPrefix({ shared, length, previous, blocks });
            const read = kernels(
              length,
              pieces(length, () => 64, blocks, kept),
            );
            const together = read.map((kind, i) => (kind === 'cached' ? before[i] : kind));
            const what = JSON.stringify({ previous, length, shared, kept, blocks });
            expect(together, what).toEqual(
              kernels(
                length,
                pieces(length, () => 64, blocks),
              ),
            );
          }
        }
      }
    }
  });

  it('keeps all but a few tokens of an equal prompt and of a continued conversation', () => {
    expect(keepPrefix({ shared: 150, length: 150, previous: 150, blocks: true })).toBe(144);
    expect(keepPrefix({ shared: 190, length: 230, previous: 150, blocks: true })).toBe(188);
    expect(keepPrefix({ shared: 99, length: 150, previous: 150, blocks: false })).toBe(96);
  });

  it('never keeps the last token', () => {
    for (const blocks of [true, false]) {
      for (const length of [1, 4, 5, 64, 65]) {
        expect(keepPrefix({ shared: length, length, previous: length, blocks })).toBeLessThan(length);
      }
    }
  });
});
