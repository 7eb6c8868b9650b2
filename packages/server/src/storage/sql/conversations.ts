/**
 * Conversations in SQL. An update of a row locks the conversation until the end of the transaction. Invariant: no
 * update sets `id` or `project_id` (see `threads.ts`).
 */
import { sql } from 'kysely';
import type { ConversationRecord, ConversationRepository } from '../repositories/conversations.ts';
import { insertItems } from './conversation-items.ts';
import type { SqlDatabase, Writer } from './sql-database.ts';
import { takeSeq } from './take-seq.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'metadata',
  'active_response_id as activeResponseId',
  'created_at as createdAt',
] as const;

type Row = Omit<ConversationRecord, 'metadata'> & { metadata: string };

function fromRow(row: Row | undefined): ConversationRecord | undefined {
  return row === undefined ? undefined : { ...row, metadata: JSON.parse(row.metadata) };
}

export function scopedConversations({ reader, write }: SqlDatabase, projectId: string): ConversationRepository {
  const change = (writer: Writer, id: string) =>
    writer.updateTable('conversations').where('id', '=', id).where('project_id', '=', projectId);
  return {
    create: ({ id, metadata, createdAt }, items) =>
      write(async (writer) => {
        const fields = { next_seq: 0, active_response_id: null, created_at: createdAt };
        const row = { id, project_id: projectId, metadata: JSON.stringify(metadata), ...fields };
        await writer.insertInto('conversations').values(row).execute();
        const key = { projectId, id };
        const first = await takeSeq(writer, 'conversations', key, items.length);
        await insertItems(writer, key, { first: first ?? 0, items });
        return { id, projectId, metadata, activeResponseId: null, createdAt };
      }),
    async retrieve(id) {
      const rows = reader.selectFrom('conversations').select(COLUMNS).where('project_id', '=', projectId);
      return fromRow(await rows.where('id', '=', id).executeTakeFirst());
    },
    update: (id, metadata) =>
      write(async (writer) => {
        const changed = change(writer, id).set({ metadata: JSON.stringify(metadata) });
        return fromRow(await changed.returning(COLUMNS).executeTakeFirst());
      }),
    delete: (id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('conversations')
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
    beginResponse: (id, responseId) =>
      write(async (writer) => {
        const started = await change(writer, id)
          .set({ active_response_id: responseId })
          .where('active_response_id', 'is', null)
          .returning('next_seq as next')
          .executeTakeFirst();
        return started?.next;
      }),
    async endResponse(id, responseId) {
      await write((writer) =>
        change(writer, id)
          .set({ active_response_id: sql<null>`NULL` })
          .where('active_response_id', '=', responseId)
          .execute(),
      );
    },
  };
}
