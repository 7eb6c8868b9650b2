/**
 * Adds messages to a thread in the caller's transaction, and their attachments to the resources of the thread: those for
 * file search to its vector store, and those for the code interpreter to its files.
 */

import { isExpired } from '../../../retrieval/activity.ts';
import type { MessageRecord, NewMessage } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { ThreadRecord } from '../../../storage/repositories/threads.ts';
import type { Services } from '../../services.ts';
import { attachFiles } from '../../vector-stores/attach-files.ts';
import { keepStore } from '../../vector-stores/keep-store.ts';

/** Vector stores of threads expire this long after their last use. */
export const THREAD_STORE_DAYS = 7;

type Repositories = Pick<
  ProjectRepositories,
  'files' | 'jobs' | 'messages' | 'threads' | 'vectorStores' | 'vectorStoreFiles'
>;

/** Returns the records; undefined if the thread does not exist. */
export async function addMessages(
  tx: Repositories,
  services: Pick<Services, 'clock' | 'ids'>,
  threadId: string,
  messages: readonly NewMessage[],
): Promise<MessageRecord[] | undefined> {
  const records = await tx.messages.create(threadId, messages);
  const files = new Set(messages.flatMap((message) => filesFor(message, 'file_search')));
  const codeFiles = new Set(messages.flatMap((message) => filesFor(message, 'code_interpreter')));
  const thread = files.size + codeFiles.size > 0 ? await tx.threads.lock(threadId) : undefined;
  if (thread === undefined) return records;
  if (files.size > 0) await addToStore(tx, services, thread, [...files]);
  if (codeFiles.size > 0) await addToCode(tx, threadId, [...codeFiles]);
  return records;
}

/** The attachments of a message for a tool. */
function filesFor({ attachments }: NewMessage, tool: 'code_interpreter' | 'file_search'): string[] {
  return attachments
    .filter(({ tools }) => (tools as { type: string }[]).some(({ type }) => type === tool))
    .map((attachment) => String(attachment['file_id']));
}

async function addToCode({ threads }: Repositories, threadId: string, fileIds: readonly string[]): Promise<void> {
  const { toolResources = {} } = (await threads.retrieve(threadId)) ?? {};
  const all = new Set([...(toolResources.code_interpreter?.file_ids ?? []), ...fileIds]);
  await threads.update(threadId, { toolResources: { ...toolResources, code_interpreter: { file_ids: [...all] } } });
}

/** Creates a store if the thread has none, or one that was deleted or has expired. */
async function addToStore(
  tx: Repositories,
  services: Pick<Services, 'clock' | 'ids'>,
  thread: ThreadRecord,
  fileIds: readonly string[],
): Promise<void> {
  const { id, toolResources } = thread;
  const now = services.clock.now();
  const [own] = toolResources.file_search?.vector_store_ids ?? [];
  const store = own === undefined ? undefined : await tx.vectorStores.retrieve(own);
  if (store !== undefined && !isExpired(store, now)) {
    const there = await Promise.all(
      fileIds.map((file) => tx.vectorStoreFiles.retrieve({ storeId: store.id, id: file })),
    );
    const added = fileIds.filter((_, index) => there[index] === undefined);
    const files = added.map((fileId) => ({ fileId, chunkingParam: 'chunking_strategy' }));
    return attachFiles(tx, { storeId: store.id, batchId: null, now }, files);
  }
  const made = {
    id: services.ids('vs_'),
    name: '',
    description: null,
    metadata: {},
    expiresAfterDays: THREAD_STORE_DAYS,
  };
  await keepStore(tx, { ...made, fileIds, chunking: undefined, chunkingParam: 'chunking_strategy' }, now);
  await tx.threads.update(id, {
    toolResources: { ...toolResources, file_search: { vector_store_ids: [made.id] } },
  });
}
