/** A thread that begins now, with the messages that it begins with: prepared first, kept in the transaction of whoever makes it. */
import type { CreateThreadRequest } from '@selfsame/contract';
import type { NewMessage } from '../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../storage/repositories/threads.ts';
import { toToolResources } from '../assistants/tool-resources.ts';
import type { Services } from '../services.ts';
import { toNewMessages } from './messages/new-messages.ts';

export interface NewThread {
  thread: Omit<ThreadRecord, 'projectId' | 'activeRunId'>;
  messages: readonly NewMessage[];
}

/**
 * @param prefix what stands before the names of parameters in errors, e.g. `thread.`.
 * @throws ApiError naming what does not exist or cannot be served.
 */
export async function toNewThread(
  services: Pick<Services, 'clock' | 'ids'>,
  scope: Pick<ProjectRepositories, 'files'>,
  body: CreateThreadRequest,
  prefix = '',
): Promise<NewThread> {
  const { messages = [], tool_resources: resources = null, metadata } = body;
  const thread = {
    id: services.ids('thread_'),
    createdAt: services.clock.now(),
    toolResources: await toToolResources(scope, resources, `${prefix}tool_resources`),
    metadata: metadata ?? {},
  };
  return { thread, messages: await toNewMessages(services, scope, messages, `${prefix}messages`) };
}

export async function keepThread(
  { threads, messages }: Pick<ProjectRepositories, 'threads' | 'messages'>,
  made: NewThread,
): Promise<void> {
  await threads.create(made.thread);
  if (made.messages.length > 0) await messages.create(made.thread.id, made.messages);
}
