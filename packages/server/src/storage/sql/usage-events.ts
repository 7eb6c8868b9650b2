/** Usage events in SQL: append-only, idempotent by id. */
import type { UsageEventRecord } from '../repositories/records.ts';
import type { ProjectRepositories, UsageEventRepository } from '../repositories/repositories.ts';
import { listPage } from './list-page.ts';
import type { SqlDatabase } from './sql-database.ts';

/** 13 columns each: far below every database's limit of bound parameters. */
const ROWS_PER_STATEMENT = 100;

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

export function usageEventRepository({ write }: SqlDatabase): UsageEventRepository {
  return {
    async insertMany(events) {
      if (events.length === 0) return;
      const rows = events.map(toRow);
      await write(async (writer) => {
        for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
          await writer
            .insertInto('usage_events')
            .values(rows.slice(start, start + ROWS_PER_STATEMENT))
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute();
        }
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
