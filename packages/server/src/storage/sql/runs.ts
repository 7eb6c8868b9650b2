/** Runs in SQL. */
import type { Clock } from '../../lib/clock.ts';
import type { RunFields, RunRecord, RunRepository, RunStatus, SystemRunRepository } from '../repositories/runs.ts';
import { listPage } from './list-page.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { StoredRunStatus } from './tables/runs.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'thread_id as threadId',
  'assistant_id as assistantId',
  'status',
  'model',
  'definition',
  'metadata',
  'open_step_id as openStepId',
  'open_message_id as openMessageId',
  'calls',
  'prompt_tokens as promptTokens',
  'completion_tokens as completionTokens',
  'last_error as lastError',
  'incomplete_reason as incompleteReason',
  'job_id as jobId',
  'attempt',
  'api_key_id as apiKeyId',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'started_at as startedAt',
  'cancelled_at as cancelledAt',
  'failed_at as failedAt',
  'completed_at as completedAt',
] as const;

type Json = 'definition' | 'metadata' | 'calls';
type Row = Omit<RunRecord, Json | 'status' | 'lastError' | 'open'> &
  Record<Json, string> & {
    status: StoredRunStatus;
    lastError: string | null;
    openStepId: string | null;
    openMessageId: string | null;
  };

/** Databases keep the status that the Assistants API calls `requires_action` under that name. */
const toStatus = (stored: StoredRunStatus): RunStatus =>
  stored === 'requires_action' ? 'waiting_for_outputs' : stored;
const toStoredStatus = (status: RunStatus): StoredRunStatus =>
  status === 'waiting_for_outputs' ? 'requires_action' : status;

function fromRow({ openStepId, openMessageId, lastError, ...row }: Row): RunRecord {
  return {
    ...row,
    status: toStatus(row.status),
    definition: JSON.parse(row.definition),
    metadata: JSON.parse(row.metadata),
    calls: JSON.parse(row.calls),
    open: openStepId === null ? null : { stepId: openStepId, messageId: openMessageId },
    lastError: lastError === null ? null : JSON.parse(lastError),
  };
}

function toColumns(fields: RunFields) {
  const { metadata, open, calls, lastError } = fields;
  return {
    status: toStoredStatus(fields.status),
    metadata: JSON.stringify(metadata),
    open_step_id: open?.stepId ?? null,
    open_message_id: open?.messageId ?? null,
    calls: JSON.stringify(calls),
    prompt_tokens: fields.promptTokens,
    completion_tokens: fields.completionTokens,
    last_error: lastError === null ? null : JSON.stringify(lastError),
    incomplete_reason: fields.incompleteReason,
    job_id: fields.jobId,
    attempt: fields.attempt,
    started_at: fields.startedAt,
    cancelled_at: fields.cancelledAt,
    failed_at: fields.failedAt,
    completed_at: fields.completedAt,
  };
}

const ACTIVE = ['queued', 'in_progress', 'requires_action', 'cancelling'] as const;

export function scopedRuns({ reader, write, lock }: SqlDatabase, projectId: string): RunRepository {
  const ofThread = (threadId: string, from = reader) =>
    from.selectFrom('runs').where('project_id', '=', projectId).where('thread_id', '=', threadId);
  const find = async (threadId: string, id: string, from = reader) => {
    const row = await ofThread(threadId, from).select(COLUMNS).where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    async create({ id, threadId, assistantId, model, definition, apiKeyId, createdAt, expiresAt, ...fields }) {
      const keys = { id, project_id: projectId, thread_id: threadId, assistant_id: assistantId, api_key_id: apiKeyId };
      const times = { created_at: createdAt, expires_at: expiresAt };
      const row = { ...keys, ...times, model, definition: JSON.stringify(definition), ...toColumns(fields) };
      await write((writer) => writer.insertInto('runs').values(row).execute());
    },
    retrieve: (threadId, id) => find(threadId, id),
    async list(threadId, page) {
      const query = { scope: ofThread(threadId), rows: ofThread(threadId).select(COLUMNS) };
      const { records, hasMore } = await listPage(query, page);
      return { records: records.map(fromRow), hasMore };
    },
    update: (threadId, id, fields) =>
      write(async (writer) => {
        await lock(writer, `run:${id}`);
        const before = await find(threadId, id, writer);
        if (before === undefined) return undefined;
        const after = { ...before, ...fields };
        await writer.updateTable('runs').set(toColumns(after)).where('id', '=', id).execute();
        return after;
      }),
  };
}

export function runRepository({ reader }: SqlDatabase, clock: Clock): SystemRunRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('runs')
        .select(['id', 'project_id as projectId', 'thread_id as threadId'])
        .where('expires_at', '<=', clock.now())
        .where('status', 'in', ACTIVE)
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
  };
}
