/** For tests: a task whose effect can be counted, and a function that lists the effects in the database. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdSource } from '../../lib/ids.ts';
import type { Repositories } from '../../storage/repositories/repositories.ts';
import { projectTask } from '../task.ts';

export interface EffectPayload {
  name: string;
  /** Delay before the effect, in milliseconds. */
  workMs: number;
}

export const effectTask = projectTask<EffectPayload, { ids: IdSource }>({
  name: 'tests.effect',
  async run({ name, workMs }, { finish, signal }, { ids }) {
    if (workMs > 0) await sleep(workMs, undefined, { signal });
    await finish((tx) =>
      tx.usageEvents.insert({
        // A new id each time, so that a repeated effect is stored twice.
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
