import { describe, expect, it } from 'vitest';
import type { EmbedEvent } from './embedding-protocol.ts';
import { EmbeddingTurns } from './embedding-turns.ts';

interface Sent {
  id: number;
  event: EmbedEvent;
}

/** Turns over a fake embedder: a token per word, plus two special tokens. */
function createTurns(limit = 10, inputsAtOnce = 1) {
  const sent: Sent[] = [];
  const calls: number[] = [];
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
      inputsAtOnce,
      embed: async (inputs) => {
        calls.push(inputs.length);
        return inputs.map(({ length }) => new Float32Array([length]));
      },
    },
    send: (id, event) => sent.push({ id, event }),
    fail: (_id, error) => {
      throw error;
    },
  });
  const idle = async (count: number) => {
    await expect.poll(() => sent.length).toBe(count);
    return sent;
  };
  return { turns, sent, read, calls, idle };
}

describe('EmbeddingTurns', () => {
  it('refuses a text that is far too long after its first piece, without counting further', async () => {
    const { turns, read, idle } = createTurns();
    turns.add({ id: 1, inputs: ['word '.repeat(100_000)], priority: 'online' });
    const [first] = await idle(1);
    expect(first).toEqual({
      id: 1,
      event: { type: 'refused', error: { index: 0, code: 'too_long', limit: 10, tokens: 6554, isLeast: true } },
    });
    expect(read.reduce((sum, characters) => sum + characters, 0)).toBeLessThan(40_000);
  });

  it('counts the tokens of a long text exactly, in pieces between which other requests run', async () => {
    const { turns, read, idle } = createTurns();
    turns.add({ id: 1, inputs: [`${' '.repeat(100_000)}${'word '.repeat(15)}`], priority: 'online' });
    turns.add({ id: 2, inputs: ['short'], priority: 'online' });
    const [first, second] = await idle(2);
    expect(first).toMatchObject({ id: 2, event: { type: 'vectors', tokens: 3 } });
    expect(second).toEqual({
      id: 1,
      event: { type: 'refused', error: { index: 0, code: 'too_long', limit: 10, tokens: 17 } },
    });
    expect(Math.max(...read)).toBeLessThan(40_000);
  });

  it('embeds a text that has many characters and few tokens', async () => {
    const { turns, idle } = createTurns();
    const inputs = [`${' '.repeat(90_000)}one`, `${'x'.repeat(90_000)} two`];
    turns.add({ id: 1, inputs, priority: 'online' });
    const [message] = await idle(1);
    expect(message?.event).toEqual({ type: 'vectors', vectors: [3, 4].map((n) => new Float32Array([n])), tokens: 7 });
  });

  it('sends the engine as many inputs per call as it accepts, and keeps their order', async () => {
    const { turns, calls, idle } = createTurns(10, 2);
    turns.add({ id: 1, inputs: ['one', 'two two', 'three three three'], priority: 'batch' });
    turns.add({ id: 2, inputs: ['alone'], priority: 'batch' });
    const answers = await idle(2);
    const vectors = [3, 4, 5].map((length) => new Float32Array([length]));
    expect(answers.find(({ id }) => id === 1)?.event).toEqual({ type: 'vectors', vectors, tokens: 12 });
    expect(calls.toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
  });

  it('refuses an invalid input before it embeds other inputs', async () => {
    const { turns, idle } = createTurns();
    turns.add({ id: 1, inputs: ['fine', [1, 100]], priority: 'online' });
    const [message] = await idle(1);
    expect(message?.event).toMatchObject({ type: 'refused', error: { index: 1, code: 'unknown_token', token: 100 } });
  });
});
