/**
 * Deletes responses in SQL. A response that others continue is marked instead, because they read its items; it is
 * deleted with the last of them.
 */
import { deleteEmptyChain, type ResponseKey } from './response-chains.ts';
import type { Writer } from './sql-database.ts';

/** False when there is no such response, or it is marked already. */
export async function deleteResponseRow(writer: Writer, { projectId, id }: ResponseKey): Promise<boolean> {
  const marked = await writer
    .updateTable('responses')
    .set({ deleted: 1 })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('deleted', '=', 0)
    .executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return false;
  for (let next: string | null = id; next !== null; ) next = await deleteUnread(writer, next);
  return true;
}

/** Deletes a marked response that no other one continues. Returns the one that it continues. */
async function deleteUnread(writer: Writer, id: string): Promise<string | null> {
  const deleted = await writer
    .deleteFrom('responses')
    .where('responses.id', '=', id)
    .where('responses.deleted', '=', 1)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('responses as successor').select('successor.id').where('previous_response_id', '=', id))),
    )
    .returning(['chain_id as chainId', 'previous_response_id as previousId'])
    .executeTakeFirst();
  if (deleted === undefined) return null;
  await deleteEmptyChain(writer, deleted.chainId);
  return deleted.previousId;
}
