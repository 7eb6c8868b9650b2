/**
 * Compares all-MiniLM-L6-v2 with vectors that an independent implementation computed from the published weights
 * (mini-lm-reference.py).
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChildEmbeddingModel } from '../child-process/embedding-model.ts';

interface Reference {
  text: string;
  ids: number[];
  /** 32-bit floats in base64. */
  vector: string;
}

const references = JSON.parse(
  readFileSync(new URL('./mini-lm-reference.json', import.meta.url), 'utf8'),
) as Reference[];

/** `variable`: the environment variable with the path of the model; the suite is skipped if it is not set. */
export function runMiniLmReference(variable: string, open: (path: string) => ChildEmbeddingModel): void {
  const path = process.env[variable];
  describe.skipIf(path === undefined)(`all-MiniLM-L6-v2 (skipped unless ${variable} names it)`, () => {
    let model: ChildEmbeddingModel;
    beforeAll(async () => {
      model = open(path ?? '');
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
}
