/** Stored chat completions in SQL. Metadata pairs are also stored in a separate table, so that filters use an index. */
import type {
  ChatCompletionPage,
  ChatCompletionRecord,
  ChatCompletionRepository,
} from '../repositories/chat-completions.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'model',
  'requested_model as requestedModel',
  'completion',
  'metadata',
  'created_at as createdAt',
] as const;

type Row = Omit<ChatCompletionRecord, 'completion' | 'metadata'> & { completion: string; metadata: string };

function fromRow({ completion, metadata, ...row }: Row): ChatCompletionRecord {
  return { ...row, completion: JSON.parse(completion), metadata: JSON.parse(metadata) };
}

interface RecordKey {
  id: string;
  projectId: string;
}

async function insertPairs(writer: Writer, { id, projectId }: RecordKey, metadata: Readonly<Record<string, string>>) {
  const pairs = Object.entries(metadata).map(([key, value]) => ({
    completion_id: id,
    project_id: projectId,
    key,
    value,
  }));
  if (pairs.length > 0) await writer.insertInto('chat_completion_metadata').values(pairs).execute();
}

function selectMatching(
  reader: Reader,
  projectId: string,
  { model, metadata = {} }: Pick<ChatCompletionPage, 'model' | 'metadata'>,
) {
  let rows = reader.selectFrom('chat_completions').select(COLUMNS).where('project_id', '=', projectId);
  if (model !== undefined) {
    rows = rows.where(({ or, eb }) => or([eb('model', '=', model), eb('requested_model', '=', model)]));
  }
  for (const [key, value] of Object.entries(metadata)) {
    rows = rows.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('chat_completion_metadata')
          .select('key')
          .whereRef('completion_id', '=', 'chat_completions.id')
          .where('chat_completion_metadata.project_id', '=', projectId)
          .where('key', '=', key)
          .where('value', '=', value),
      ),
    );
  }
  return rows;
}

export function scopedChatCompletions({ reader, write }: SqlDatabase, projectId: string): ChatCompletionRepository {
  const ofProject = (from: Reader = reader) => from.selectFrom('chat_completions').where('project_id', '=', projectId);
  const find = async (id: string, from?: Reader) => {
    const row = await ofProject(from).select(COLUMNS).where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    async create({ id, model, requestedModel, completion, metadata, createdAt }, messages) {
      const row = { id, project_id: projectId, model, requested_model: requestedModel, created_at: createdAt };
      const json = {
        completion: JSON.stringify(completion),
        messages: JSON.stringify(messages),
        metadata: JSON.stringify(metadata),
      };
      await write(async (writer) => {
        await writer
          .insertInto('chat_completions')
          .values({ ...row, ...json })
          .execute();
        await insertPairs(writer, { id, projectId }, metadata);
      });
    },
    retrieve: (id) => find(id),
    async listMessages(id) {
      const row = await ofProject().select('messages').where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : JSON.parse(row.messages);
    },
    async list({ model, metadata, ...page }) {
      const rows = selectMatching(reader, projectId, { model, metadata });
      const { records, hasMore } = await listPage({ scope: ofProject(), rows }, page);
      return { records: records.map(fromRow), hasMore };
    },
    update: (id, metadata) =>
      write(async (writer) => {
        const changed = await writer
          .updateTable('chat_completions')
          .set({ metadata: JSON.stringify(metadata) })
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        if (changed.numUpdatedRows === 0n) return undefined;
        await writer.deleteFrom('chat_completion_metadata').where('completion_id', '=', id).execute();
        await insertPairs(writer, { id, projectId }, metadata);
        return find(id, writer);
      }),
    delete: (id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('chat_completions')
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        return deleted.numDeletedRows > 0n;
      }),
  };
}
