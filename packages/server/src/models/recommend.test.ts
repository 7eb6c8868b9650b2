import { describe, expect, it } from 'vitest';
import type { ModelKind } from '../engines/model-kinds.ts';
import { MODEL_KINDS } from '../engines/model-kinds.ts';
import { catalogue } from './catalogue.ts';
import { type MachineCapacity, pullSeconds, recommend, starterCandidates } from './recommend.ts';

const GB = 1e9;
const capacity = (memoryGigabytes: number, cores = 8, diskGigabytes = 100): MachineCapacity => ({
  memoryBytes: memoryGigabytes * GB,
  diskBytes: diskGigabytes * GB,
  cores,
});

const best = (kind: ModelKind, where: MachineCapacity) =>
  recommend(kind, where).find(({ obstacle }) => obstacle === undefined)?.model.id;
const starters = (kind: ModelKind, where: MachineCapacity) => starterCandidates(kind, where).map(({ id }) => id);

describe('recommending models', () => {
  it.each([
    [1.8, 'qwen2.5-coder-0.5b-instruct'],
    [4, 'qwen2.5-1.5b-instruct'],
    [8, 'gemma-4-e2b-it'],
    [10, 'qwen3-4b-instruct-2507'],
    [16, 'gemma-4-12b-it'],
  ])('finds a chat model for %d GB of free memory: %s', (gigabytes, id) => {
    expect(best('chat', capacity(gigabytes))).toBe(id);
  });

  it('recommends instruction-tuned models only', () => {
    for (const kind of ['chat', 'embedding'] as const)
      expect(recommend(kind, capacity(64)).map(({ model }) => model.id)).not.toContain('gemma-3-270m');
  });

  it('recommends a multilingual embedding model for machines with enough cores, and a fast one for others', () => {
    expect(best('embedding', capacity(16))).toBe('bge-m3');
    expect(best('embedding', capacity(16, 2))).toBe('all-minilm-l6-v2');
    expect(best('embedding', capacity(1.5))).toBe('all-minilm-l6-v2');
  });

  it('names the obstacle of each model and returns no candidate if none fits', () => {
    const small = recommend('chat', capacity(0.5));
    expect(small.every(({ fits, chosen }) => !fits && !chosen)).toBe(true);
    expect(small[0]?.obstacle).toBe('needs 14.5 GB of memory of the 0.5 GB that are free');
    expect(starters('chat', capacity(0.5))).toEqual([]);
    const full = recommend('chat', capacity(16, 8, 3)).find(({ model }) => model.id === 'gemma-4-e2b-it');
    expect(full?.obstacle).toBe('needs 2.8 GB of disk of the 3.0 GB that are free');
    const slow = recommend('chat', capacity(16, 2)).find(({ model }) => model.id === 'gemma-4-12b-it');
    expect(slow).toMatchObject({ fits: true, obstacle: 'is slow on fewer than 8 cores' });
  });

  it('starter candidates are small models, best first', () => {
    expect(starters('chat', capacity(64))).toEqual([
      'qwen2.5-1.5b-instruct',
      'gemma-3-1b-it',
      'qwen2.5-coder-0.5b-instruct',
      'gemma-3-270m-it',
      'smollm2-135m-instruct',
    ]);
    expect(starters('chat', capacity(1.8))[0]).toBe('qwen2.5-coder-0.5b-instruct');
    expect(starters('embedding', capacity(64, 2))).toEqual(['all-minilm-l6-v2']);
    expect(
      recommend('chat', capacity(64))
        .filter(({ chosen }) => chosen)
        .map(({ model }) => model.id),
    ).toEqual(['qwen2.5-1.5b-instruct']);
  });

  it('each kind has a starter that a package registry delivers', () => {
    for (const kind of MODEL_KINDS) {
      const carried = starterCandidates(kind, capacity(1.8, 2)).filter(({ sources, conversion }) =>
        [...sources, ...(conversion?.inputs ?? []).flatMap((each) => each.sources)].some((source) =>
          source.startsWith('pypi:'),
        ),
      );
      expect(carried.length, kind).toBeGreaterThan(0);
    }
  });

  it('estimates the duration of a pull', () => {
    expect(pullSeconds(1_117_320_736)).toBeCloseTo(178.8, 1);
    expect(catalogue.every(({ diskBytes }) => pullSeconds(diskBytes) > 0)).toBe(true);
  });
});
