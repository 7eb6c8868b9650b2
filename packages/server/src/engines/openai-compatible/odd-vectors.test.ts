import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingModel } from '../embedding-model.ts';
import { openUpstreamEmbeddingModel } from './embedding-model.ts';
import { type OddUpstream, startOddUpstream } from './testing/odd-upstream.ts';
import { ODD_VECTORS } from './testing/odd-vectors.ts';
import { upstreamOf } from './testing/upstream-of.ts';

let upstream: OddUpstream;
let model: EmbeddingModel;
beforeAll(async () => {
  upstream = await startOddUpstream();
  model = await openUpstreamEmbeddingModel(upstreamOf([upstream.url]), { modelId: 'far', upstreamId: 'far' });
});
afterAll(() => upstream.close());

const embed = (inputs: readonly string[]) =>
  model.doEmbed({ inputs, nameInput: () => 'input' }, { signal: new AbortController().signal, priority: 'online' });

const rounded = (vectors: readonly Float32Array[]) => vectors.map((each) => [...each].map((value) => value.toFixed(4)));

describe('an odd answer of an embedding endpoint', () => {
  it.each(Object.entries(ODD_VECTORS))(
    'returns the right vectors or a clear error for an odd embedding response: %s',
    async (name, { error }) => {
      const inputs = [`@odd ${name}`, 'b', 'c'];
      if (error !== undefined) {
        const failed = await embed(inputs).catch((thrown: unknown) => thrown);
        expect(failed).toEqual(expect.objectContaining({ status: 502, code: 'upstream_failed' }));
        expect((failed as Error).message).toContain(error);
        return;
      }
      const { vectors, inputTokens } = await embed(inputs);
      const lengths = [0, 1, 2].map((at) => Math.hypot(3, 4, at));
      expect(rounded(vectors)).toEqual(
        lengths.map((length, at) => [3, 4, at].map((value) => (value / length).toFixed(4))),
      );
      expect(inputTokens).toBeGreaterThan(0);
    },
  );

  it('reports the tokens that the upstream counted, otherwise about one per four bytes', async () => {
    expect((await embed(['@odd plain', 'b', 'c'])).inputTokens).toBe(5);
    expect((await embed(['@odd no usage', 'b', 'c'])).inputTokens).toBe(4);
  });

  it('sends only the model and the inputs of an embedding request', () => {
    expect(upstream.requests[0]?.body).toEqual({ model: 'far', input: ['dimensions'] });
  });
});
