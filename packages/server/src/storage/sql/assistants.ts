/** Assistants in SQL. */
import type { AssistantFields, AssistantRecord, AssistantRepository } from '../repositories/assistants.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'model',
  'definition',
  'metadata',
  'created_at as createdAt',
] as const;

type Row = Pick<AssistantRecord, 'id' | 'projectId' | 'model' | 'createdAt'> & { definition: string; metadata: string };

function fromRow({ definition, metadata, ...row }: Row): AssistantRecord {
  return { ...row, ...JSON.parse(definition), metadata: JSON.parse(metadata) };
}

function toColumns(fields: AssistantFields) {
  const { model, metadata, name, description, instructions, tools, toolResources, ...sampling } = fields;
  const { responseFormat, temperature, topP, reasoningEffort } = sampling;
  const wording = { name, description, instructions };
  const definition = { ...wording, tools, toolResources, responseFormat, temperature, topP, reasoningEffort };
  return { model, definition: JSON.stringify(definition), metadata: JSON.stringify(metadata) };
}

export function scopedAssistants({ reader, write, lock }: SqlDatabase, projectId: string): AssistantRepository {
  const ofProject = (from: Reader = reader) => from.selectFrom('assistants').where('project_id', '=', projectId);
  const find = async (id: string, from?: Reader) => {
    const row = await ofProject(from).select(COLUMNS).where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  const findLocked = async (writer: Writer, id: string) => {
    await lock(writer, `assistant:${id}`);
    return find(id, writer);
  };
  return {
    async create({ id, createdAt, ...fields }) {
      const row = { id, project_id: projectId, created_at: createdAt, ...toColumns(fields) };
      await write((writer) => writer.insertInto('assistants').values(row).execute());
    },
    retrieve: (id) => find(id),
    async list(page) {
      const { records, hasMore } = await listPage({ scope: ofProject(), rows: ofProject().select(COLUMNS) }, page);
      return { records: records.map(fromRow), hasMore };
    },
    lock: (id) => write((writer) => findLocked(writer, id)),
    update: (id, fields) =>
      write(async (writer) => {
        const before = await findLocked(writer, id);
        if (before === undefined) return undefined;
        const after = { ...before, ...fields };
        await writer.updateTable('assistants').set(toColumns(after)).where('id', '=', id).execute();
        return after;
      }),
    delete: (id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('assistants')
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
  };
}
