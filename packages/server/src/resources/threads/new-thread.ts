/** Creates a thread with its messages: prepared first, stored in the caller's transaction. */
import type { CreateThreadRequest } from '@selfsame/contract';
import type { NewMessage } from '../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';
import { toNewToolResources } from '../assistants/tool-resources.ts';
import type { Services } from '../services.ts';
import { keepStore, type NewStore } from '../vector-stores/keep-store.ts';
import { addMessages, THREAD_STORE_DAYS } from './messages/add-messages.ts';
import { toNewMessages } from './messages/new-messages.ts';
import { findThread } from './to-thread.ts';

export interface NewThread {
  thread: Omit<ThreadRecord, 'projectId' | 'activeRunId'>;
  stores: readonly NewStore[];
  messages: readonly NewMessage[];
}

/**
 * @param prefix prefix of parameter names in errors, e.g. `thread.`.
 * @throws ApiError naming the parameter that refers to nothing.
 */
export async function toNewThread(
  services: Pick<Services, 'clock' | 'ids'>,
  scope: Pick<ProjectRepositories, 'files' | 'vectorStores'>,
  body: CreateThreadRequest,
  prefix = '',
): Promise<NewThread> {
  const { messages = [], tool_resources: resources = null, metadata } = body;
  const life = { expiresAfterDays: THREAD_STORE_DAYS, param: `${prefix}tool_resources` };
  const { toolResources, stores } = await toNewToolResources(services, scope, resources, life);
  const thread = {
    id: services.ids('thread_'),
    createdAt: services.clock.now(),
    toolResources,
    metadata: metadata ?? {},
  };
  return { thread, stores, messages: await toNewMessages(services, scope, messages, `${prefix}messages`) };
}

/** Returns the stored thread, whose resources include a vector store for attached files. */
export async function keepThread(
  tx: ProjectRepositories,
  services: Pick<Services, 'clock' | 'ids'>,
  { thread, stores, messages }: NewThread,
): Promise<ThreadRecord> {
  await tx.threads.create(thread);
  for (const store of stores) await keepStore(tx, store, thread.createdAt);
  if (messages.length > 0) await addMessages(tx, services, thread.id, messages);
  return findThread(tx, thread.id);
}
