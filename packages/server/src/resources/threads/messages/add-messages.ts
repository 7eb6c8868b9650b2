/** Adds messages to a thread in the transaction of the caller, and what came with them for file search to the thread's vector store. */

import { isExpired } from '../../../retrieval/activity.ts';
import type { MessageRecord, NewMessage } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../../storage/repositories/threads.ts';
import type { Services } from '../../services.ts';
import { attachFiles } from '../../vector-stores/attach-files.ts';
import { keepStore } from '../../vector-stores/keep-store.ts';

/** Stores that are made for a thread expire so many days after their last use. */
export const THREAD_STORE_DAYS = 7;

type Inside = Pick<
  ProjectRepositories,
  'files' | 'jobs' | 'messages' | 'threads' | 'vectorStores' | 'vectorStoreFiles'
>;

/** Answers the records, or undefined when there is no such thread. */
export async function addMessages(
  inside: Inside,
  services: Pick<Services, 'clock' | 'ids'>,
  threadId: string,
  messages: readonly NewMessage[],
): Promise<MessageRecord[] | undefined> {
  const records = await inside.messages.create(threadId, messages);
  const files = new Set(messages.flatMap(searchedFiles));
  const thread = files.size > 0 ? await inside.threads.lock(threadId) : undefined;
  if (thread !== undefined) await addToStore(inside, services, thread, [...files]);
  return records;
}

function searchedFiles({ attachments }: NewMessage): string[] {
  return attachments
    .filter(({ tools }) => (tools as { type: string }[]).some(({ type }) => type === 'file_search'))
    .map((attachment) => String(attachment['file_id']));
}

/** The thread gets a store of its own when it has none, or none that can still be searched. */
async function addToStore(
  inside: Inside,
  services: Pick<Services, 'clock' | 'ids'>,
  thread: ThreadRecord,
  fileIds: readonly string[],
): Promise<void> {
  const { id, toolResources } = thread;
  const now = services.clock.now();
  const [own] = toolResources.file_search?.vector_store_ids ?? [];
  const store = own === undefined ? undefined : await inside.vectorStores.retrieve(own);
  if (store !== undefined && !isExpired(store, now)) {
    const there = await Promise.all(
      fileIds.map((file) => inside.vectorStoreFiles.retrieve({ storeId: store.id, id: file })),
    );
    const added = fileIds.filter((_, index) => there[index] === undefined);
    const files = added.map((fileId) => ({ fileId, chunkingParam: 'chunking_strategy' }));
    return attachFiles(inside, { storeId: store.id, batchId: null, now }, files);
  }
  const made = {
    id: services.ids('vs_'),
    name: '',
    description: null,
    metadata: {},
    expiresAfterDays: THREAD_STORE_DAYS,
  };
  await keepStore(inside, { ...made, fileIds, chunking: undefined, chunkingParam: 'chunking_strategy' }, now);
  await inside.threads.update(id, {
    toolResources: { ...toolResources, file_search: { vector_store_ids: [made.id] } },
  });
}
