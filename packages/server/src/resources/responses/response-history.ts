/**
 * The conversation of a response for the loop: the items of its conversation or of the responses that it continues,
 * then its own. Read backwards, one page at a time.
 */
import type { LoopHistory } from '../../generation/loop/loop-store.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { HistoryPosition, NewItem } from '../../storage/repositories/response-items.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Compactions } from './compaction/compactions.ts';
import { toHistory, toMessageEntry } from './to-history.ts';

type Repositories = Pick<ProjectRepositories, 'responseItems' | 'conversationItems'>;
type Subject = Pick<ResponseRecord, 'id' | 'conversationId' | 'conversationSeq'>;

/** Items per page. */
const PAGE = 50;

export function createResponseHistory(
  repositories: Repositories,
  response: Subject,
  compactions: Pick<Compactions, 'open'>,
): LoopHistory {
  return {
    readBackwards: () => toHistory(readItems(repositories, response), compactions),
    async readFirst() {
      const first = await findFirst(repositories, response);
      return first === undefined ? undefined : toMessageEntry(first);
    },
  };
}

/** All items that the model of the response reads, the newest first. */
export async function* readItems(
  { responseItems, conversationItems }: Repositories,
  { id, conversationId, conversationSeq }: Subject,
): AsyncGenerator<NewItem> {
  let from: HistoryPosition | undefined;
  do {
    const page = await responseItems.listHistory(id, { limit: PAGE, ...(from === undefined ? {} : { from }) });
    yield* page?.items ?? [];
    from = page?.next;
  } while (from !== undefined);
  if (conversationId === null) return;
  for (let before = conversationSeq ?? 0; ; ) {
    const items = await conversationItems.listBefore(conversationId, { before, limit: PAGE });
    yield* items;
    const oldest = items.at(-1);
    if (items.length < PAGE || oldest === undefined) return;
    before = oldest.seq;
  }
}

async function findFirst(
  { responseItems, conversationItems }: Repositories,
  { id, conversationId, conversationSeq }: Subject,
): Promise<NewItem | undefined> {
  const first = conversationId === null ? undefined : await conversationItems.first(conversationId);
  const precedes = first !== undefined && first.seq < (conversationSeq ?? 0);
  return precedes ? first : responseItems.firstOfHistory(id);
}
