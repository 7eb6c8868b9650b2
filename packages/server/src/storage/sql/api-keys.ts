/** API keys in SQL. Invariants: `last_used_at` only moves forward; `revoked_at` is set once. */
import { sql } from 'kysely';
import type { ApiKeyRecord } from '../repositories/records.ts';
import type { ApiKeyRepository, ProjectRepositories } from '../repositories/repositories.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'name',
  'key_hash as keyHash',
  'redacted_value as redactedValue',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

function selectKeys(reader: Reader) {
  return reader.selectFrom('api_keys').select(COLUMNS);
}

function toRow(record: ApiKeyRecord) {
  return {
    id: record.id,
    project_id: record.projectId,
    name: record.name,
    key_hash: record.keyHash,
    redacted_value: record.redactedValue,
    created_at: record.createdAt,
    last_used_at: record.lastUsedAt,
    revoked_at: record.revokedAt,
  };
}

export function apiKeyRepository({ reader, write }: SqlDatabase): ApiKeyRepository {
  return {
    async create(record) {
      await write((writer) => writer.insertInto('api_keys').values(toRow(record)).execute());
    },
    list: () => selectKeys(reader).orderBy('id').execute(),
    listByIdPrefix: (prefix, limit) =>
      selectKeys(reader)
        .where(sql<boolean>`substr(id, 1, length(${prefix})) = ${prefix}`)
        .orderBy('id')
        .limit(limit)
        .execute(),
    findByHash: (keyHash) => selectKeys(reader).where('key_hash', '=', keyHash).executeTakeFirst(),
    async anyExists() {
      const first = await reader.selectFrom('api_keys').select('id').limit(1).executeTakeFirst();
      return first !== undefined;
    },
    revoke: (id, revokedAt) =>
      write(async (writer) => {
        await writer
          .updateTable('api_keys')
          .set({ revoked_at: revokedAt })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .execute();
        return selectKeys(writer).where('id', '=', id).executeTakeFirst();
      }),
    recordUses: (uses) =>
      write(async (writer) => {
        for (const { id, lastUsedAt } of uses) {
          await writer
            .updateTable('api_keys')
            .set({ last_used_at: lastUsedAt })
            .where('id', '=', id)
            .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', lastUsedAt)]))
            .execute();
        }
      }),
  };
}

export function scopedApiKeys({ reader }: SqlDatabase, projectId: string): ProjectRepositories['apiKeys'] {
  const ofProject = () => reader.selectFrom('api_keys').where('project_id', '=', projectId);
  return {
    retrieve: (id) => ofProject().select(COLUMNS).where('id', '=', id).executeTakeFirst(),
    list: (page) => listPage({ scope: ofProject(), rows: ofProject().select(COLUMNS) }, page),
  };
}
