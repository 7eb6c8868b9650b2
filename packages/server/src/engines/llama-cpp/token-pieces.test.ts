import { describe, expect, it } from 'vitest';
import { createTokenPieces } from './token-pieces.ts';

describe('createTokenPieces', () => {
  it('returns text and bytes for tokens of a byte-level vocabulary', () => {
    const pieceOf = createTokenPieces({
      model: 'gpt2',
      tokens: ['Ġcaf', 'ÃĹ', 'Ã', '<|end|>', 'é', 'Ċ'],
      token_type: [1, 1, 1, 3, 4, 1],
    });
    expect(pieceOf(0)).toEqual({ token: ' caf', bytes: [...Buffer.from(' caf')] });
    expect(pieceOf(1)).toEqual({ token: '×', bytes: [0xc3, 0x97] });
    expect(pieceOf(2)).toEqual({ token: '\ufffd', bytes: [0xc3] });
    expect(pieceOf(3)).toEqual({ token: '<|end|>', bytes: null });
    // User-defined tokens are stored unencoded.
    expect(pieceOf(4)).toEqual({ token: 'é', bytes: [0xc3, 0xa9] });
    expect(pieceOf(5)).toEqual({ token: '\n', bytes: [10] });
  });

  it('returns text and bytes for tokens of a SentencePiece vocabulary', () => {
    const pieceOf = createTokenPieces({
      model: 'llama',
      tokens: ['▁the', '<0xE2>', '<unk>', '▁▁'],
      token_type: [1, 6, 2, 4],
    });
    expect(pieceOf(0)).toEqual({ token: ' the', bytes: [...Buffer.from(' the')] });
    expect(pieceOf(1)).toEqual({ token: '\ufffd', bytes: [0xe2] });
    expect(pieceOf(2)).toEqual({ token: '<unk>', bytes: null });
    expect(pieceOf(3)).toEqual({ token: '▁▁', bytes: [...Buffer.from('▁▁')] });
  });
});
