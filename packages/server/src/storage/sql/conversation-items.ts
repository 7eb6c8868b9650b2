/** Items of conversations in SQL. */
import type { ConversationItemRecord, ConversationItemRepository } from '../repositories/conversation-items.ts';
import type { NewItem } from '../repositories/response-items.ts';
import { inParts } from './in-parts.ts';
import { listPage } from './list-page.ts';
import { fromItemRow, ITEM_COLUMNS, type ItemRow, toItemColumns } from './response-items.ts';
import type { SqlDatabase, Writer } from './sql-database.ts';
import { type OwnerKey, takeSeq } from './take-seq.ts';

const COLUMNS = ['seq', ...ITEM_COLUMNS] as const;

const fromRow = ({ seq, ...row }: ItemRow & { seq: number }): ConversationItemRecord => ({ seq, ...fromItemRow(row) });

/** Returns the records of the items that the conversation did not have. */
export async function insertItems(
  writer: Writer,
  { projectId, id }: OwnerKey,
  { first, items }: { first: number; items: readonly NewItem[] },
): Promise<ConversationItemRecord[]> {
  const records: ConversationItemRecord[] = [];
  const rows = items.map((item, index) => ({
    conversation_id: id,
    seq: first + index,
    id: item.id,
    project_id: projectId,
    ...toItemColumns(item),
  }));
  await inParts(rows, async (part) => {
    const inserted = await writer
      .insertInto('conversation_items')
      .values(part)
      .onConflict((conflict) => conflict.columns(['conversation_id', 'id']).doNothing())
      .returning(COLUMNS)
      .execute();
    records.push(...inserted.map(fromRow));
  });
  return records.sort((a, b) => a.seq - b.seq);
}

export function scopedConversationItems({ reader, write }: SqlDatabase, projectId: string): ConversationItemRepository {
  const ofConversation = (conversationId: string) =>
    reader
      .selectFrom('conversation_items')
      .where('project_id', '=', projectId)
      .where('conversation_id', '=', conversationId);
  return {
    append: (conversationId, items) =>
      write(async (writer) => {
        const key = { projectId, id: conversationId };
        const first = await takeSeq(writer, 'conversations', key, items.length);
        return first === undefined ? undefined : insertItems(writer, key, { first, items });
      }),
    async retrieve(conversationId, id) {
      const row = await ofConversation(conversationId).select(COLUMNS).where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(conversationId, page) {
      const scope = ofConversation(conversationId);
      const { records, hasMore } = await listPage({ scope, rows: scope.select(COLUMNS), timeColumn: 'seq' }, page);
      return { records: records.map(fromRow), hasMore };
    },
    async listBefore(conversationId, { before, limit }) {
      const rows = ofConversation(conversationId).select(COLUMNS).where('seq', '<', before);
      return (await rows.orderBy('seq', 'desc').limit(limit).execute()).map(fromRow);
    },
    async first(conversationId) {
      const row = await ofConversation(conversationId).select(COLUMNS).orderBy('seq').limit(1).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    delete: (conversationId, id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('conversation_items')
          .where('project_id', '=', projectId)
          .where('conversation_id', '=', conversationId)
          .where('id', '=', id)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
    async find(ids) {
      const found = new Map<string, NewItem>();
      await inParts(ids, async (part) => {
        const rows = await reader
          .selectFrom('conversation_items')
          .select(ITEM_COLUMNS)
          .where('project_id', '=', projectId)
          .where('id', 'in', part)
          .orderBy('seq')
          .execute();
        for (const row of rows) found.set(row.id, fromItemRow(row));
      });
      return [...found.values()];
    },
  };
}
