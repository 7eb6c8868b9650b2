import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { defined } from '../../lib/defined.ts';
import { createAnswerText } from './answer-text.ts';
import { Lane } from './lane.ts';
import { createPace } from './pace.ts';

/** A sequence that stores tokens without evaluating them. */
class StoredSequence {
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
  /** Token budget of a round. */
  budget?: number;
}

describe('Lane', () => {
  const prompt = Array.from({ length: 42 }, (_, at) => at as Token);

  function setUp(blocks = false) {
    const starts: number[] = [];
    const lane = new Lane(new StoredSequence() as unknown as LlamaContextSequence, {
      emit: (_, event) => {
        if (event.type === 'start') starts.push(event.cachedTokens);
      },
      tap: { watch: undefined },
      describe: () => ({ token: '', bytes: null, logprob: 0, top: [] }),
      blocks,
      scoring: createPace({ batchTokens: 64, scored: true }),
      onEvaluation: () => undefined,
    });
    /** Generates ten tokens for the prompt `tokens`. Resolves with the lengths of the prompt pieces. */
    const answer = async (tokens: Token[], { seed, alone, budget = 16 }: Reading) => {
      const pieces: number[] = [];
      await lane.begin({
        id: 1,
        prompt: tokens,
        sampling: { temperature: 0, topP: 1, ...defined({ seed }) },
        grammar: undefined,
        maxTokens: 10,
        topLogprobs: undefined,
        scoredFrom: undefined,
        batch: false,
        answer: createAnswerText<Token>({ detokenize: () => '', promptTail: [], endOfTurn: [] }),
      });
      let piece: number;
      do {
        piece = lane.nextPiece(budget, true);
        if (piece > 0) pieces.push(piece);
      } while (!(await lane.step({ piece, alone })));
      await lane.end(false);
      return pieces;
    };
    return { starts, answer, lane };
  }

  it('reuses any common prefix for a request without a seed', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { alone: false });
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { alone: false });
    expect(starts).toEqual([0, 36, 48]);
  });

  it('reuses for a seeded request only prompt tokens that were read alone', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { seed: 1, alone: true });
    await answer(prompt, { seed: 1, alone: true });
    // The tokens of the answer were generated, not read as a prompt.
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { seed: 1, alone: true });
    expect(starts).toEqual([0, 0, 36, 40]);
  });

  it('reads whole blocks if the round has the budget for one, or for a seeded request', async () => {
    const long = Array.from({ length: 150 }, (_, at) => at as Token);
    const { starts, answer } = setUp(true);
    expect(await answer(long, { alone: true })).toEqual([16, 16, 16, 16, 16, 16, 16, 16, 16, 6]);
    // A seeded request cannot reuse tokens that were read in different pieces.
    expect(await answer(long, { seed: 1, alone: true })).toEqual([64, 64, 16, 6]);
    expect(await answer(long.slice(0, 140), { seed: 1, alone: true, budget: 64 })).toEqual([4]);
    const other = long.map((token) => (token + 1) as Token);
    expect(await answer(other, { alone: true, budget: 64 })).toEqual([64, 64, 22]);
    expect(await answer(other, { seed: 1, alone: true })).toEqual([6]);
    expect(starts).toEqual([0, 0, 136, 0, 144]);
  });
});
