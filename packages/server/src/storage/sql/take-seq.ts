/** Numbers of what a thread or a conversation contains, in the order in which it is added. */
import { sql } from 'kysely';
import type { Writer } from './sql-database.ts';

export interface OwnerKey {
  projectId: string;
  id: string;
}

/**
 * Reserves `count` numbers and returns the first. Undefined if there is no such thread or conversation. Runs in the
 * transaction that adds to it.
 */
export async function takeSeq(writer: Writer, table: 'threads' | 'conversations', key: OwnerKey, count: number) {
  const row = await writer
    .updateTable(table)
    .set({ next_seq: sql<number>`next_seq + ${count}` })
    .where('id', '=', key.id)
    .where('project_id', '=', key.projectId)
    .returning('next_seq as next')
    .executeTakeFirst();
  return row === undefined ? undefined : row.next - count;
}
