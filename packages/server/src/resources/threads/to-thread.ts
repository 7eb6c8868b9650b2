/** Stored threads → objects of the API, and the thread of a request. */
import type { ThreadObject } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';

/** @throws ApiError 404 naming the thread if it does not exist in the project. */
export async function findThread({ threads }: Pick<ProjectRepositories, 'threads'>, id: string): Promise<ThreadRecord> {
  const record = await threads.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Thread', id);
  return record;
}

export function toThread({ id, createdAt, toolResources, metadata }: Omit<ThreadRecord, 'activeRunId'>): ThreadObject {
  return { id, object: 'thread', created_at: toSeconds(createdAt), tool_resources: toolResources, metadata };
}
