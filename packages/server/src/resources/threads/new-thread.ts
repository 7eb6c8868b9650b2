/** A thread that begins now, with the messages that it begins with: prepared first, kept in the transaction of whoever makes it. */
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
 * @param prefix what stands before the names of parameters in errors, e.g. `thread.`.
 * @throws ApiError naming what does not exist.
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

/** Answers the thread as it is then: what came with its messages may have been given a vector store. */
export async function keepThread(
  inside: ProjectRepositories,
  services: Pick<Services, 'clock' | 'ids'>,
  { thread, stores, messages }: NewThread,
): Promise<ThreadRecord> {
  await inside.threads.create(thread);
  for (const store of stores) await keepStore(inside, store, thread.createdAt);
  if (messages.length > 0) await addMessages(inside, services, thread.id, messages);
  return findThread(inside, thread.id);
}
