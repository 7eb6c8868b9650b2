import { describe, expect, it } from 'vitest';
import { createModelRegistry } from '../../engines/registry.ts';
import { createScriptedEmbeddingModel } from '../../engines/scripted/embedding-model.ts';
import { createManualClock } from '../../lib/clock.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { describeServerTool } from '../tool.conformance.ts';
import { createFileSearch } from './file-search.ts';

const QUERY = '{"query":"where?"}';
const MODELS = ['small', 'large'];

/** A registry of embedding models that records which of them embeds, and stores `vs_…` without results. */
async function openSearch(embeddingModels: Record<string, string>, inProgress = 0) {
  const embedded: string[] = [];
  const models = createModelRegistry({ aliases: 'none', wellKnown: { chat: new Set(), embedding: new Set() } });
  await models.replace(
    MODELS.map((id) => {
      const model = createScriptedEmbeddingModel({ modelId: id });
      const counting: typeof model = {
        ...model,
        doEmbed(request, options) {
          embedded.push(id);
          return model.doEmbed(request, options);
        },
      };
      const entry = { id, createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
      return { ...entry, kind: 'embedding' as const, open: async () => counting };
    }),
  );
  const vectorStores = {
    retrieve: async (id: string) =>
      id in embeddingModels
        ? { id, embeddingModel: embeddingModels[id], expiresAt: null, lastActiveAt: 0, fileCounts: { inProgress } }
        : undefined,
    nearest: async () => [],
    search: async () => [],
    listChunks: async () => [],
  };
  const repositories = { vectorStores } as unknown as ProjectRepositories;
  const tool = createFileSearch({ models, clock: createManualClock(0) });
  const resources = Object.keys(embeddingModels).map((id) => ({ file_search: { vector_store_ids: [id] } }));
  return { tool, repositories, resources, embedded, models };
}

describeServerTool('file_search', async () => {
  const { tool, repositories, models } = await openSearch({});
  return { tool, repositories, validArguments: QUERY, dispose: () => models.close() };
});

describe('file_search', () => {
  const call = { id: 'call_1', name: 'file_search', arguments: QUERY, output: null };
  const context = { settings: {}, contextTokens: 4096, earlierCalls: [], signal: new AbortController().signal };

  it('file_search embeds its query once for each embedding model of the stores', async () => {
    const { tool, repositories, resources, embedded, models } = await openSearch({
      vs_1: 'small',
      vs_2: 'large',
      vs_3: 'small',
    });
    const used: string[] = [];
    const onUsage = ({ modelId }: { modelId: string }) => used.push(modelId);
    const { output } = await tool.run(call, { ...context, repositories, resources, onUsage });
    expect(output).toBe('Nothing was found.');
    expect(embedded).toEqual(['small', 'large']);
    expect(used).toEqual(['small', 'large']);
    await models.close();
  });

  it('file_search reports that it is preparing while a file of one of its stores is being read', async () => {
    for (const [inProgress, expected] of [
      [0, false],
      [1, true],
    ] as const) {
      const { tool, repositories, resources, models } = await openSearch({ vs_1: 'small' }, inProgress);
      expect(await tool.isPreparing?.({ settings: {}, repositories, resources })).toBe(expected);
      await models.close();
    }
  });
});
