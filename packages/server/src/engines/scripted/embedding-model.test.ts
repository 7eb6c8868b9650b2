import { describe, expect, it } from 'vitest';
import { runEmbeddingModelConformance } from '../embedding-model.conformance.ts';
import { createScriptedEmbeddingModel, toScriptedTokens } from './embedding-model.ts';

const text = 'The cat, a caf\u00e9 and 😀';

runEmbeddingModelConformance(
  'the scripted engine',
  async () => ({
    model: createScriptedEmbeddingModel(),
    slow: Array.from({ length: 300 }, (_, i) => `@script {"startDelayMs":2}\ntext ${i}`),
    tokenized: { text, tokens: toScriptedTokens(text) },
    unknownToken: 65_536,
  }),
  {
    skip: [
      {
        test: 'serves online requests before batch requests',
        reason: 'it serves several at once; who waits in line is ordered by admission, which is tested there',
      },
    ],
  },
);

const model = createScriptedEmbeddingModel();
const embed = (input: string) =>
  model.doEmbed(
    { inputs: [input], nameInput: () => 'input' },
    { signal: new AbortController().signal, priority: 'online' },
  );

describe('createScriptedEmbeddingModel', () => {
  it('ignores the case of words and follows its directives', async () => {
    expect((await embed('A Cat')).vectors).toEqual((await embed('a cat')).vectors);
    expect((await embed('@script {"promptTokens":77}\na cat')).inputTokens).toBe(77);
    await expect(embed('@script {"promptTokens":513}\nx')).rejects.toMatchObject({ code: 'context_length_exceeded' });
    await expect(embed('@script {"failStart":true}\nx')).rejects.toMatchObject({ code: 'engine_failed' });
    await expect(embed('@script {"tokns":1}\nx')).rejects.toMatchObject({ param: 'input' });
  });

  it('returns nearly orthogonal vectors for different words', async () => {
    const vectors = await Promise.all(
      ['cat', 'sofa', 'revenue', 'blue'].map(async (word) => (await embed(word)).vectors[0]),
    );
    for (const a of vectors) {
      for (const b of vectors) {
        // All texts share the start token, which is half of the direction of a one-word text.
        if (a !== b) expect(a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0)).toBeLessThan(0.7);
      }
    }
  });
});
