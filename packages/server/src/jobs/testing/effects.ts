/** For tests: a task with an effect that can be counted, and how often each effect is in the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdSource } from '../../lib/ids.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { projectTask } from '../task.ts';

export interface EffectPayload {
  name: string;
  /** How long the task works before its effect. */
  workMs: number;
}

export const effectTask = projectTask<EffectPayload, { ids: IdSource }>({
  name: 'tests.effect',
  async run({ name, workMs }, { finish, signal }, { ids }) {
    if (workMs > 0) await sleep(workMs, undefined, { signal });
    await finish((inside) =>
      inside.usageEvents.insert({
        // A new id each time: an effect that happens twice is there twice.
        id: ids('usage_'),
        modelId: name,
        apiKeyId: null,
        operationId: 'tests.effect',
        inputTokens: 0,
        outputTokens: 0,
        cachedInputTokens: 0,
        requests: 0,
        startedAt: 0,
        durationMs: 0,
        status: 200,
      }),
    );
  },
});

/** The names of all effects, sorted. */
export async function effects(repositories: Repositories, projectId: string): Promise<string[]> {
  const { records } = await repositories.forProject(projectId).usageEvents.list({ limit: 100_000 });
  return records.map(({ modelId }) => modelId ?? '').toSorted();
}
