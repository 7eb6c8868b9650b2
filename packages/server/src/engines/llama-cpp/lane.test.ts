import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { createAnswerText } from './answer-text.ts';
import { Lane } from './lane.ts';
import { createPace } from './pace.ts';

/** Remembers tokens as a sequence does, and evaluates nothing. */
class PaperSequence {
  contextTokens: Token[] = [];
  readonly model = {};

  get nextTokenIndex() {
    return this.contextTokens.length;
  }

  compareContextTokens(tokens: Token[]) {
    const at = this.contextTokens.findIndex((token, index) => token !== tokens[index]);
    return { firstDifferentIndex: at < 0 ? this.contextTokens.length : at };
  }

  async adaptStateToTokens(tokens: Token[]) {
    this.contextTokens = this.contextTokens.slice(0, tokens.length);
  }

  async evaluateWithoutGeneratingNewTokens(tokens: Token[]) {
    this.contextTokens.push(...tokens);
  }

  async *evaluate(tokens: Token[]) {
    for (let next = tokens; ; next = [9 as Token]) {
      this.contextTokens.push(...next);
      yield 9 as Token;
    }
  }
}

interface Reading {
  seed?: number;
  alone: boolean;
  /** Tokens that a round has room for. */
  most?: number;
}

describe('Lane', () => {
  const prompt = Array.from({ length: 42 }, (_, at) => at as Token);

  function setUp(blocks = false) {
    const starts: number[] = [];
    const lane = new Lane(new PaperSequence() as unknown as LlamaContextSequence, {
      emit: (_, event) => {
        if (event.type === 'start') starts.push(event.cachedTokens);
      },
      tap: { watch: undefined },
      describe: () => ({ token: '', bytes: null, logprob: 0, top: [] }),
      blocks,
      scoring: createPace({ batchTokens: 64, scored: true }),
      onEvaluation: () => undefined,
    });
    /** Answers `tokens` with ten tokens of its own; resolves with the pieces they were read in. */
    const answer = async (tokens: Token[], { seed, alone, most = 16 }: Reading) => {
      const pieces: number[] = [];
      await lane.begin({
        id: 1,
        prompt: tokens,
        sampling: { temperature: 0, topP: 1, ...(seed === undefined ? {} : { seed }) },
        grammar: undefined,
        maxTokens: 10,
        topLogprobs: undefined,
        scoredFrom: undefined,
        batch: false,
        answer: createAnswerText<Token>({ detokenize: () => '', promptTail: [], endOfTurn: [] }),
      });
      let piece: number;
      do {
        piece = lane.nextPiece(most, true);
        if (piece > 0) pieces.push(piece);
      } while (!(await lane.step({ piece, alone })));
      await lane.end(false);
      return pieces;
    };
    return { starts, answer, lane };
  }

  it('builds on whatever it has, for a request without a seed', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { alone: false });
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { alone: false });
    expect(starts).toEqual([0, 36, 48]);
  });

  it('builds for a seeded request only on what was read from a prompt, and alone', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { seed: 1, alone: true });
    await answer(prompt, { seed: 1, alone: true });
    // The answer that follows it was drawn, not read.
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { seed: 1, alone: true });
    expect(starts).toEqual([0, 0, 36, 40]);
  });

  it('reads whole blocks where a round has room for one, or where a seed needs them', async () => {
    const long = Array.from({ length: 150 }, (_, at) => at as Token);
    const { starts, answer } = setUp(true);
    expect(await answer(long, { alone: true })).toEqual([16, 16, 16, 16, 16, 16, 16, 16, 16, 6]);
    // What was read in other pieces than its own is of no use to a seed.
    expect(await answer(long, { seed: 1, alone: true })).toEqual([64, 64, 16, 6]);
    expect(await answer(long.slice(0, 140), { seed: 1, alone: true, most: 64 })).toEqual([4]);
    const other = long.map((token) => (token + 1) as Token);
    expect(await answer(other, { alone: true, most: 64 })).toEqual([64, 64, 22]);
    expect(await answer(other, { seed: 1, alone: true })).toEqual([6]);
    expect(starts).toEqual([0, 0, 136, 0, 144]);
  });
});
