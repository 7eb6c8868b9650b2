/**
 * The conversation of a run for the loop: the messages of its thread and the completed calls of all its runs, in the
 * order of their numbers. The thread is read from its newest message backwards, one page at a time.
 */
import type { LanguageModelMessage } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { HistoryEntry, LoopHistory } from '../../../generation/loop/loop-store.ts';
import type { MessageRecord } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';

type Repositories = Pick<ProjectRepositories, 'messages' | 'runSteps'>;

/** Messages per page. */
const PAGE = 50;

/** Reading throws ApiError if a message has an image. */
export function createRunHistory(repositories: Repositories, threadId: string): LoopHistory {
  return {
    readBackwards: () => readBackwards(repositories, threadId),
    async readFirst() {
      const [first] = (await repositories.messages.list(threadId, { limit: 1, order: 'asc' })).records;
      return first === undefined ? undefined : toMessageEntry(first);
    },
  };
}

async function* readBackwards({ messages, runSteps }: Repositories, threadId: string): AsyncGenerator<HistoryEntry> {
  let before = Number.MAX_SAFE_INTEGER;
  let after: string | undefined;
  for (;;) {
    const { records, hasMore } = await messages.list(threadId, { limit: PAGE, order: 'desc', after });
    const oldest = hasMore ? (records.at(-1)?.seq ?? 0) : -1;
    const steps = await runSteps.listCalls(threadId, { after: oldest, before });
    const numbered = [
      ...records.map((record) => ({ seq: record.seq, toEntry: () => toMessageEntry(record) })),
      ...steps.map(({ seq, calls }) => ({ seq, toEntry: () => ({ type: 'calls' as const, calls }) })),
    ].sort((a, b) => b.seq - a.seq);
    for (const { toEntry } of numbered) {
      const entry = toEntry();
      if (entry !== undefined) yield entry;
    }
    if (!hasMore) return;
    before = oldest;
    after = records.at(-1)?.id;
  }
}

/** Returns undefined for a message without text, such as one that is being written. */
function toMessageEntry({ id, role, status, content }: MessageRecord): HistoryEntry | undefined {
  // Images of assistants are plots, which the model has drawn itself.
  const isRead = (part: MessageRecord['content'][number]) => role !== 'assistant' || part['type'] !== 'image_file';
  const text = content
    .filter(isRead)
    .map((part) => toText(part, id))
    .join('');
  if (status === 'in_progress' || (role === 'assistant' && text === '')) return undefined;
  const message: LanguageModelMessage = { role, content: text };
  return { type: 'message', message };
}

function toText(part: Readonly<Record<string, unknown>>, messageId: string): string {
  if (part['type'] === 'text') return (part['text'] as { value: string }).value;
  if (part['type'] === 'refusal') return part['refusal'] as string;
  throw errors.unsupportedValue(
    'content',
    `The message '${messageId}' holds content of type '${String(part['type'])}'. The models of this server take text only.`,
  );
}
