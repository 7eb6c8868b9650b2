/** Steps of runs in SQL. Steps and messages share the numbers of their thread. */
import { ConstraintViolation } from '../repositories/repositories.ts';
import type { RunStepFields, RunStepRecord, RunStepRepository } from '../repositories/run-steps.ts';
import { listPage } from './list-page.ts';
import type { SqlDatabase } from './sql-database.ts';
import { takeSeq } from './take-seq.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'thread_id as threadId',
  'run_id as runId',
  'assistant_id as assistantId',
  'seq',
  'type',
  'status',
  'message_id as messageId',
  'calls',
  'last_error as lastError',
  'prompt_tokens as promptTokens',
  'completion_tokens as completionTokens',
  'created_at as createdAt',
  'expired_at as expiredAt',
  'cancelled_at as cancelledAt',
  'failed_at as failedAt',
  'completed_at as completedAt',
] as const;

type Row = Omit<RunStepRecord, 'calls' | 'lastError'> & { calls: string; lastError: string | null };

function fromRow(row: Row): RunStepRecord {
  const lastError = row.lastError === null ? null : JSON.parse(row.lastError);
  return { ...row, calls: JSON.parse(row.calls), lastError };
}

function toColumns({ calls, lastError, ...fields }: RunStepFields) {
  return {
    status: fields.status,
    calls: JSON.stringify(calls),
    last_error: lastError === null ? null : JSON.stringify(lastError),
    prompt_tokens: fields.promptTokens,
    completion_tokens: fields.completionTokens,
    expired_at: fields.expiredAt,
    cancelled_at: fields.cancelledAt,
    failed_at: fields.failedAt,
    completed_at: fields.completedAt,
  };
}

export function scopedRunSteps({ reader, write, lock }: SqlDatabase, projectId: string): RunStepRepository {
  const ofProject = (from = reader) => from.selectFrom('run_steps').where('project_id', '=', projectId);
  const find = async (runId: string, id: string, from = reader) => {
    const row = await ofProject(from)
      .select(COLUMNS)
      .where('run_id', '=', runId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    create: (step) =>
      write(async (writer) => {
        const { id, threadId, runId, assistantId, type, messageId, createdAt } = step;
        const seq = await takeSeq(writer, 'threads', { projectId, id: threadId }, 1);
        if (seq === undefined) throw new ConstraintViolation(`There is no thread ${threadId}.`, { cause: undefined });
        const keys = { id, project_id: projectId, thread_id: threadId, run_id: runId, assistant_id: assistantId };
        const row = { ...keys, seq, type, message_id: messageId, created_at: createdAt, ...toColumns(step) };
        await writer.insertInto('run_steps').values(row).execute();
        return { ...step, projectId, seq };
      }),
    retrieve: (runId, id) => find(runId, id),
    async list(runId, page) {
      const scope = ofProject().where('run_id', '=', runId);
      const { records, hasMore } = await listPage({ scope, rows: scope.select(COLUMNS), timeColumn: 'seq' }, page);
      return { records: records.map(fromRow), hasMore };
    },
    async listCalls(threadId, { after, before }) {
      const rows = await ofProject()
        .select(COLUMNS)
        .where('thread_id', '=', threadId)
        .where('type', '=', 'tool_calls')
        .where('status', '=', 'completed')
        .where('seq', '>', after)
        .where('seq', '<', before)
        .orderBy('seq', 'desc')
        .execute();
      return rows.map(fromRow);
    },
    update: (runId, id, fields) =>
      write(async (writer) => {
        await lock(writer, `step:${id}`);
        const before = await find(runId, id, writer);
        if (before === undefined) return undefined;
        const after = { ...before, ...fields };
        await writer.updateTable('run_steps').set(toColumns(after)).where('id', '=', id).execute();
        return after;
      }),
  };
}
