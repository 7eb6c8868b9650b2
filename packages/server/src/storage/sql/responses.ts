/** Responses in SQL. Invariant: no update sets `id` or `project_id` (see `threads.ts`). */
import { sql } from 'kysely';
import type { ResponseFields, ResponseRecord, ResponseRepository } from '../repositories/responses.ts';
import { takePlace } from './response-chains.ts';
import { deleteResponseRow } from './response-deletion.ts';
import { insertItems } from './response-items.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'status',
  'model',
  'request',
  'metadata',
  'previous_response_id as previousResponseId',
  'conversation_id as conversationId',
  'conversation_seq as conversationSeq',
  'background',
  'stored',
  'open',
  'calls',
  'prompt_tokens as promptTokens',
  'completion_tokens as completionTokens',
  'cached_tokens as cachedTokens',
  'reasoning_tokens as reasoningTokens',
  'error',
  'incomplete_reason as incompleteReason',
  'job_id as jobId',
  'attempt',
  'api_key_id as apiKeyId',
  'created_at as createdAt',
  'ended_at as endedAt',
] as const;

type Json = 'request' | 'metadata' | 'calls';
type Row = Omit<ResponseRecord, Json | 'background' | 'stored' | 'open' | 'error'> &
  Record<Json, string> & { background: number; stored: number; open: string | null; error: string | null };

function fromRow(row: Row): ResponseRecord {
  return {
    ...row,
    request: JSON.parse(row.request),
    metadata: JSON.parse(row.metadata),
    calls: JSON.parse(row.calls),
    background: row.background === 1,
    stored: row.stored === 1,
    open: row.open === null ? null : JSON.parse(row.open),
    error: row.error === null ? null : JSON.parse(row.error),
  };
}

function toColumns(fields: ResponseFields) {
  const { open, calls, error } = fields;
  return {
    status: fields.status,
    request: JSON.stringify(fields.request),
    open: open === null ? null : JSON.stringify(open),
    calls: JSON.stringify(calls),
    prompt_tokens: fields.promptTokens,
    completion_tokens: fields.completionTokens,
    cached_tokens: fields.cachedTokens,
    reasoning_tokens: fields.reasoningTokens,
    error: error === null ? null : JSON.stringify(error),
    incomplete_reason: fields.incompleteReason,
    job_id: fields.jobId,
    attempt: fields.attempt,
    ended_at: fields.endedAt,
  };
}

export function scopedResponses({ reader, write }: SqlDatabase, projectId: string): ResponseRepository {
  const find = async (id: string, from: Reader = reader) => {
    const rows = from.selectFrom('responses').select(COLUMNS).where('project_id', '=', projectId);
    const row = await rows.where('id', '=', id).where('deleted', '=', 0).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  const change = (writer: Writer, id: string) =>
    writer.updateTable('responses').where('id', '=', id).where('project_id', '=', projectId).where('deleted', '=', 0);
  const lock = async (writer: Writer, id: string) => {
    // Sets a column that no foreign key references to the same value.
    const locked = change(writer, id).set({ attempt: sql<number>`attempt` });
    const row = await locked.returning(COLUMNS).executeTakeFirst();
    return row === undefined ? undefined : fromRow(row);
  };
  return {
    create: (response, input) =>
      write(async (writer) => {
        const key = { projectId, id: response.id };
        const { previousResponseId: previousId, stored } = response;
        const place = await takePlace(writer, key, { previousId, extends: stored });
        if (place === undefined) return undefined;
        const { chainId, start } = place;
        const counts = { chain_id: chainId, start, input_count: input.length, output_count: 0, deleted: 0 };
        const row = { ...toKeys(response, projectId), ...counts, ...toColumns(response) };
        await writer.insertInto('responses').values(row).execute();
        const at = { chainId, position: start, kind: 'input' as const };
        await insertItems(writer, key, { at, items: input });
        return { ...response, projectId };
      }),
    retrieve: (id) => find(id),
    lock: (id) => write((writer) => lock(writer, id)),
    update: (id, fields) =>
      write(async (writer) => {
        const before = await lock(writer, id);
        if (before === undefined) return undefined;
        const after = { ...before, ...fields };
        await change(writer, id).set(toColumns(after)).execute();
        return after;
      }),
    delete: (id) => write((writer) => deleteResponseRow(writer, { projectId, id })),
  };
}

function toKeys(response: Omit<ResponseRecord, 'projectId'>, projectId: string) {
  return {
    id: response.id,
    project_id: projectId,
    model: response.model,
    metadata: JSON.stringify(response.metadata),
    previous_response_id: response.previousResponseId,
    conversation_id: response.conversationId,
    conversation_seq: response.conversationSeq,
    background: response.background ? 1 : 0,
    stored: response.stored ? 1 : 0,
    api_key_id: response.apiKeyId,
    created_at: response.createdAt,
  };
}
