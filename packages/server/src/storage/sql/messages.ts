/** Messages in SQL. */
import { sql } from 'kysely';
import { defined } from '../../lib/defined.ts';
import type { MessageFields, MessageRecord, MessageRepository } from '../repositories/messages.ts';
import { listPage } from './list-page.ts';
import type { SqlDatabase } from './sql-database.ts';
import { takeSeq } from './take-seq.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'thread_id as threadId',
  'seq',
  'role',
  'status',
  'incomplete_reason as incompleteReason',
  'content',
  'attachments',
  'metadata',
  'assistant_id as assistantId',
  'run_id as runId',
  'created_at as createdAt',
  'completed_at as completedAt',
  'incomplete_at as incompleteAt',
] as const;

/** 15 bound parameters per row, far below the limit of every database. */
const ROWS_PER_STATEMENT = 100;

type Json = 'content' | 'attachments' | 'metadata';
type Row = Omit<MessageRecord, Json> & Record<Json, string>;

function fromRow({ content, attachments, metadata, ...row }: Row): MessageRecord {
  const json = { content: JSON.parse(content), attachments: JSON.parse(attachments), metadata: JSON.parse(metadata) };
  return { ...row, ...json };
}

/** The columns of the given fields. */
function toColumns(fields: Partial<MessageFields>) {
  const { status, incompleteReason, content, metadata, completedAt, incompleteAt } = fields;
  return defined({
    status,
    incomplete_reason: incompleteReason,
    content: content && JSON.stringify(content),
    metadata: metadata && JSON.stringify(metadata),
    completed_at: completedAt,
    incomplete_at: incompleteAt,
  });
}

function toRow(record: MessageRecord) {
  const { id, projectId, threadId, seq, role, assistantId, runId, createdAt, attachments } = record;
  const { status, incompleteReason, content, metadata, completedAt, incompleteAt } = record;
  return {
    id,
    project_id: projectId,
    thread_id: threadId,
    seq,
    role,
    status,
    incomplete_reason: incompleteReason,
    content: JSON.stringify(content),
    attachments: JSON.stringify(attachments),
    metadata: JSON.stringify(metadata),
    assistant_id: assistantId,
    run_id: runId,
    created_at: createdAt,
    completed_at: completedAt,
    incomplete_at: incompleteAt,
  };
}

export function scopedMessages({ reader, write }: SqlDatabase, projectId: string): MessageRepository {
  const ofThread = (threadId: string) =>
    reader.selectFrom('messages').where('project_id', '=', projectId).where('thread_id', '=', threadId);
  return {
    create: (threadId, messages) =>
      write(async (writer) => {
        const first = await takeSeq(writer, 'threads', { projectId, id: threadId }, messages.length);
        if (first === undefined) return undefined;
        const records = messages.map((message, index) => ({ ...message, projectId, threadId, seq: first + index }));
        for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
          const rows = records.slice(start, start + ROWS_PER_STATEMENT).map(toRow);
          await writer.insertInto('messages').values(rows).execute();
        }
        return records;
      }),
    async retrieve(threadId, id) {
      const row = await ofThread(threadId).select(COLUMNS).where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(threadId, { runId, ...page }) {
      const rows = ofThread(threadId)
        .select(COLUMNS)
        .$if(runId !== undefined, (query) => query.where('run_id', '=', runId ?? ''));
      const { records, hasMore } = await listPage({ scope: ofThread(threadId), rows, timeColumn: 'seq' }, page);
      return { records: records.map(fromRow), hasMore };
    },
    update: (threadId, id, fields) =>
      write(async (writer) => {
        const row = await writer
          .updateTable('messages')
          // An update needs at least one column. This one keeps its value and is part of no key.
          .set({ role: sql`role`, ...toColumns(fields) })
          .where('project_id', '=', projectId)
          .where('thread_id', '=', threadId)
          .where('id', '=', id)
          .returning(COLUMNS)
          .executeTakeFirst();
        return row === undefined ? undefined : fromRow(row);
      }),
    delete: (threadId, id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('messages')
          .where('project_id', '=', projectId)
          .where('thread_id', '=', threadId)
          .where('id', '=', id)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
  };
}
