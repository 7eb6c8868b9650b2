/** Usage events in SQL: append-only, idempotent by id. */
import { sql } from 'kysely';
import type { UsageEventRecord } from '../repositories/records.ts';
import type { ProjectRepositories, UsageEventRepository } from '../repositories/repositories.ts';
import { listPage } from './list-page.ts';
import type { SqlDatabase } from './sql-database.ts';

const COLUMNS = [
  'id',
  'organization_id as organizationId',
  'project_id as projectId',
  'api_key_id as apiKeyId',
  'operation_id as operationId',
  'model_id as modelId',
  'input_tokens as inputTokens',
  'output_tokens as outputTokens',
  'cached_input_tokens as cachedInputTokens',
  'requests',
  'started_at as startedAt',
  'duration_ms as durationMs',
  'status',
] as const;

function toRow(record: UsageEventRecord) {
  return {
    id: record.id,
    organization_id: record.organizationId,
    project_id: record.projectId,
    api_key_id: record.apiKeyId,
    operation_id: record.operationId,
    model_id: record.modelId,
    input_tokens: record.inputTokens,
    output_tokens: record.outputTokens,
    cached_input_tokens: record.cachedInputTokens,
    requests: record.requests,
    started_at: record.startedAt,
    duration_ms: record.durationMs,
    status: record.status,
  };
}

/** Columns of a row with the type to which a JSON element is cast. */
const COLUMN_TYPES = [
  ...['id', 'organization_id', 'project_id', 'api_key_id', 'operation_id', 'model_id'].map((column) => ({
    column,
    type: undefined,
  })),
  ...['input_tokens', 'output_tokens', 'cached_input_tokens', 'requests', 'started_at', 'duration_ms', 'status'].map(
    (column) => ({ column, type: sql`bigint` }),
  ),
] as const;

/**
 * Sends all events as one JSON text: separate parameters take several times as long and need a statement per row count.
 */
export function usageEventRepository({ facts, write }: SqlDatabase): UsageEventRepository {
  const columns = sql.join(COLUMN_TYPES.map(({ column }) => sql.ref(column)));
  const values = sql.join(
    COLUMN_TYPES.map(({ type }, at) => {
      const value = sql`value ->> ${sql.lit(at)}`;
      return type === undefined ? value : sql`cast(${value} as ${type})`;
    }),
  );
  return {
    async insertMany(events) {
      if (events.length === 0) return;
      const rows = events.map((event) => {
        const row: Record<string, unknown> = toRow(event);
        return COLUMN_TYPES.map(({ column }) => row[column]);
      });
      const source = facts.jsonRows(JSON.stringify(rows));
      await write(async (writer) => {
        await sql`insert into usage_events (${columns})
          select ${values} from ${source} where true on conflict (id) do nothing`.execute(writer);
      });
    },
  };
}

export function scopedUsageEvents(
  { reader, write }: SqlDatabase,
  projectId: string,
): ProjectRepositories['usageEvents'] {
  const ofProject = () => reader.selectFrom('usage_events').where('project_id', '=', projectId);
  return {
    async insert(event) {
      await write(async (writer) => {
        const project = writer.selectFrom('projects').select('organization_id').where('id', '=', projectId);
        const { organization_id: organizationId } = await project.executeTakeFirstOrThrow();
        const row = toRow({ ...event, organizationId, projectId });
        await writer
          .insertInto('usage_events')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      });
    },
    list: (page) => listPage({ scope: ofProject(), rows: ofProject().select(COLUMNS), timeColumn: 'started_at' }, page),
  };
}
