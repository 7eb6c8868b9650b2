/** Compaction items of one project: their encrypted content is a summary that a model wrote. */
import type { HistoryEntry } from '../../../generation/loop/loop-store.ts';
import type { Sealer } from '../../../lib/sealer.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';

export interface Compaction {
  summary: string;
  /**
   * The newest entries, the oldest first, which the summary does not cover. If it is set, the compaction replaces all
   * items before it; otherwise they stay.
   */
  tail?: readonly HistoryEntry[];
}

export interface Compactions {
  toItem(id: string, compaction: Compaction): NewItem;
  /** Returns undefined if the content was changed, or comes from another project or installation. */
  open(item: Readonly<Record<string, unknown>>): Compaction | undefined;
}

export const COMPACTION = 'compaction';
/** The last item of an input that asks for a compaction instead of an answer. */
export const COMPACTION_TRIGGER = 'compaction_trigger';

export function createCompactions({ sealer }: { sealer: Sealer }, projectId: string): Compactions {
  const purpose = `compaction:${projectId}`;
  return {
    toItem(id, compaction) {
      const data = { id, type: COMPACTION, encrypted_content: sealer.seal(JSON.stringify(compaction), purpose) };
      return { id, data };
    },
    open({ encrypted_content: sealed }) {
      const text = sealer.open(String(sealed), purpose);
      return text === undefined ? undefined : (JSON.parse(text) as Compaction);
    },
  };
}

const SUMMARY_HEAD = 'Summary of the conversation before this point:\n';

/** What the model reads of a summary. */
export function toSummaryEntry({ summary }: Compaction): HistoryEntry {
  return { type: 'message', message: { role: 'user', content: `${SUMMARY_HEAD}${summary}` } };
}

/** Whether the user wrote the entry. */
export function isOfUser(entry: HistoryEntry): boolean {
  if (entry.type !== 'message' || entry.message.role !== 'user') return false;
  const { content } = entry.message;
  return typeof content !== 'string' || !content.startsWith(SUMMARY_HEAD);
}
