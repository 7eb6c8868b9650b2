/** all-MiniLM-L6-v2 against vectors that an independent implementation computed from the published weights (testing/mini-lm-reference.py). */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChildEmbeddingModel } from '../child-process/embedding-model.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { createLlamaCppEmbeddingModel } from './embedding-model.ts';
import { realEmbeddingModelPath } from './testing/real-embedding-model.ts';

interface Reference {
  text: string;
  ids: number[];
  /** 32-bit floats in base64. */
  vector: string;
}

const references = JSON.parse(
  readFileSync(new URL('./testing/mini-lm-reference.json', import.meta.url), 'utf8'),
) as Reference[];

const NAME = 'all-MiniLM-L6-v2 (skipped unless SELFSAME_TEST_MINILM names its GGUF file)';

describe.skipIf(realEmbeddingModelPath === undefined)(NAME, () => {
  let model: ChildEmbeddingModel;
  beforeAll(async () => {
    model = createLlamaCppEmbeddingModel({ modelId: 'minilm', path: realEmbeddingModelPath ?? '', log: silentLog });
    await model.ready();
  }, 60_000);
  afterAll(() => model.close());

  it.each(references)('embeds "$text" as the original does', async ({ text, ids, vector }) => {
    const how = { signal: new AbortController().signal, priority: 'online' } as const;
    const asText = await model.doEmbed({ inputs: [text], nameInput: String }, how);
    const asTokens = await model.doEmbed({ inputs: [ids], nameInput: String }, how);
    expect(asText.inputTokens).toBe(ids.length);
    expect(asText).toEqual(asTokens);
    const bytes = Buffer.from(vector, 'base64');
    const cosine = asText.vectors[0]?.reduce((sum, value, i) => sum + value * bytes.readFloatLE(4 * i), 0);
    expect(cosine).toBeGreaterThan(0.9999);
  });
});
