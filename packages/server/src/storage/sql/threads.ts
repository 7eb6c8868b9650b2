/**
 * Threads in SQL. An update of a row locks the thread until the end of the transaction. Invariant: no update sets `id`
 * or `project_id`, not even to the same value, because SQLite would then read every message and run of the thread to
 * check their foreign keys.
 */
import { sql } from 'kysely';
import type { ThreadRecord, ThreadRepository } from '../repositories/threads.ts';
import type { SqlDatabase, Writer } from './sql-database.ts';
import { takeSeq } from './take-seq.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'tool_resources as toolResources',
  'metadata',
  'active_run_id as activeRunId',
  'created_at as createdAt',
] as const;

type Row = Omit<ThreadRecord, 'toolResources' | 'metadata'> & { toolResources: string; metadata: string };

function fromRow(row: Row | undefined): ThreadRecord | undefined {
  if (row === undefined) return undefined;
  return { ...row, toolResources: JSON.parse(row.toolResources), metadata: JSON.parse(row.metadata) };
}

/** Sets a column that no foreign key references to the same value. */
const UNCHANGED = { next_seq: sql<number>`next_seq` };

export function scopedThreads({ reader, write }: SqlDatabase, projectId: string): ThreadRepository {
  const change = (writer: Writer, id: string) =>
    writer.updateTable('threads').where('id', '=', id).where('project_id', '=', projectId);
  return {
    async create({ id, toolResources, metadata, createdAt }) {
      const json = { tool_resources: JSON.stringify(toolResources), metadata: JSON.stringify(metadata) };
      const row = { id, project_id: projectId, ...json, next_seq: 0, active_run_id: null, created_at: createdAt };
      await write((writer) => writer.insertInto('threads').values(row).execute());
    },
    async retrieve(id) {
      const rows = reader.selectFrom('threads').select(COLUMNS).where('project_id', '=', projectId);
      return fromRow(await rows.where('id', '=', id).executeTakeFirst());
    },
    update: (id, { toolResources, metadata }) =>
      write(async (writer) => {
        const changed = change(writer, id)
          // An update needs at least one column. This one keeps its value.
          .set(UNCHANGED)
          .$if(toolResources !== undefined, (query) => query.set({ tool_resources: JSON.stringify(toolResources) }))
          .$if(metadata !== undefined, (query) => query.set({ metadata: JSON.stringify(metadata) }));
        return fromRow(await changed.returning(COLUMNS).executeTakeFirst());
      }),
    delete: (id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('threads')
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
    lock: (id) =>
      write(async (writer) => {
        const locked = change(writer, id).set(UNCHANGED).returning(COLUMNS);
        return fromRow(await locked.executeTakeFirst());
      }),
    beginRun: (id, runId) =>
      write(async (writer) => {
        const started = await change(writer, id)
          .set({ active_run_id: runId })
          .where('active_run_id', 'is', null)
          .executeTakeFirst();
        return started.numUpdatedRows > 0n;
      }),
    async endRun(id, runId) {
      await write((writer) =>
        change(writer, id).set({ active_run_id: null }).where('active_run_id', '=', runId).execute(),
      );
    },
    takeSeq: (id, count) => write((writer) => takeSeq(writer, 'threads', { projectId, id }, count)),
  };
}
