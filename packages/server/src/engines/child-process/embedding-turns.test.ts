import { describe, expect, it } from 'vitest';
import type { EmbedEvent } from './embedding-protocol.ts';
import { EmbeddingTurns } from './embedding-turns.ts';

interface Answer {
  id: number;
  event: EmbedEvent;
}

/** A loop over an engine in miniature, whose tokens are words between two that frame them. */
function createTurns(limit = 10) {
  const answers: Answer[] = [];
  const read: number[] = [];
  const turns = new EmbeddingTurns<number>({
    embedder: {
      limit,
      vocabulary: 100,
      tokenize: (input) => {
        if (typeof input !== 'string') return [...input];
        read.push(input.length);
        return [0, ...(input.match(/\S+/g) ?? []).map(() => 1), 0];
      },
      embed: async (tokens) => new Float32Array([tokens.length]),
    },
    send: (id, event) => answers.push({ id, event }),
    fail: (_id, error) => {
      throw error;
    },
  });
  const idle = async (count: number) => {
    await expect.poll(() => answers.length).toBe(count);
    return answers;
  };
  return { turns, answers, read, idle };
}

describe('EmbeddingTurns', () => {
  it('refuses a text that is far too long by its first piece, and counts no further', async () => {
    const { turns, read, idle } = createTurns();
    turns.add({ id: 1, inputs: ['word '.repeat(100_000)], priority: 'online' });
    const [first] = await idle(1);
    expect(first).toEqual({
      id: 1,
      event: { type: 'refused', fault: { index: 0, code: 'too_long', limit: 10, tokens: 6554, isLeast: true } },
    });
    expect(read.reduce((sum, characters) => sum + characters, 0)).toBeLessThan(40_000);
  });

  it('measures a long text in pieces, between which others have their turn, and counts it to the word', async () => {
    const { turns, read, idle } = createTurns();
    turns.add({ id: 1, inputs: [`${' '.repeat(100_000)}${'word '.repeat(15)}`], priority: 'online' });
    turns.add({ id: 2, inputs: ['short'], priority: 'online' });
    const [first, second] = await idle(2);
    expect(first).toMatchObject({ id: 2, event: { type: 'vectors', tokens: 3 } });
    expect(second).toEqual({
      id: 1,
      event: { type: 'refused', fault: { index: 0, code: 'too_long', limit: 10, tokens: 17 } },
    });
    expect(Math.max(...read)).toBeLessThan(40_000);
  });

  it('embeds a text that is long in characters and short in tokens', async () => {
    const { turns, idle } = createTurns();
    const inputs = [`${' '.repeat(90_000)}one`, `${'x'.repeat(90_000)} two`];
    turns.add({ id: 1, inputs, priority: 'online' });
    const [answer] = await idle(1);
    expect(answer?.event).toEqual({ type: 'vectors', vectors: [3, 4].map((n) => new Float32Array([n])), tokens: 7 });
  });

  it('refuses before anything is embedded', async () => {
    const { turns, idle } = createTurns();
    turns.add({ id: 1, inputs: ['fine', [1, 100]], priority: 'online' });
    const [answer] = await idle(1);
    expect(answer?.event).toMatchObject({ type: 'refused', fault: { index: 1, code: 'unknown_token', token: 100 } });
  });
});
