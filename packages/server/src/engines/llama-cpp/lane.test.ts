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

describe('Lane', () => {
  const prompt = Array.from({ length: 42 }, (_, at) => at as Token);

  function setUp() {
    const starts: number[] = [];
    const lane = new Lane(new PaperSequence() as unknown as LlamaContextSequence, {
      emit: (_, event) => {
        if (event.type === 'start') starts.push(event.cachedTokens);
      },
      tap: { watch: undefined },
      describe: () => ({ token: '', bytes: null, logprob: 0, top: [] }),
      blocks: false,
      scoring: createPace({ batchTokens: 64, blocks: false, scored: true }),
      onEvaluation: () => undefined,
    });
    /** Answers `tokens` with ten tokens of its own. */
    const answer = async (tokens: Token[], { seed, alone }: { seed?: number; alone: boolean }) => {
      await lane.begin({
        id: 1,
        prompt: tokens,
        sampling: { temperature: 0, topP: 1, ...(seed === undefined ? {} : { seed }) },
        grammar: undefined,
        room: 10,
        topLogprobs: undefined,
        scoredFrom: undefined,
        batch: false,
        answer: createAnswerText<Token>({ detokenize: () => '', promptTail: [], endOfTurn: [] }),
      });
      while (!(await lane.step({ piece: lane.nextPiece(16), alone })));
      await lane.end(false);
    };
    return { starts, answer };
  }

  it('builds on whatever it has, for a request without a seed', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { alone: false });
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { alone: false });
    expect(starts).toEqual([0, 40, 48]);
  });

  it('builds for a seeded request only on what was read from a prompt, and alone', async () => {
    const { starts, answer } = setUp();
    await answer(prompt, { alone: false });
    await answer(prompt, { seed: 1, alone: true });
    await answer(prompt, { seed: 1, alone: true });
    // The answer that follows it was drawn, not read.
    await answer([...prompt, ...Array.from({ length: 9 }, () => 9 as Token), 1 as Token], { seed: 1, alone: true });
    expect(starts).toEqual([0, 0, 40, 40]);
  });
});
