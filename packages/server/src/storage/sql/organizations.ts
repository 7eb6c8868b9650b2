/** Organizations and projects in SQL. */
import type { OrganizationRepository, ProjectRepositories, ProjectRepository } from '../repositories/repositories.ts';
import type { SqlDatabase } from './sql-database.ts';

const PROJECT_COLUMNS = [
  'id',
  'organization_id as organizationId',
  'name',
  'created_at as createdAt',
  'archived_at as archivedAt',
] as const;

export function organizationRepository({ reader, write }: SqlDatabase): OrganizationRepository {
  return {
    async create({ id, name, createdAt }) {
      await write((writer) => writer.insertInto('organizations').values({ id, name, created_at: createdAt }).execute());
    },
    retrieve: (id) =>
      reader
        .selectFrom('organizations')
        .select(['id', 'name', 'created_at as createdAt'])
        .where('id', '=', id)
        .executeTakeFirst(),
  };
}

export function projectRepository({ reader, write }: SqlDatabase): ProjectRepository {
  return {
    async create({ id, organizationId, name, createdAt, archivedAt }) {
      const row = { id, organization_id: organizationId, name, created_at: createdAt, archived_at: archivedAt };
      await write((writer) => writer.insertInto('projects').values(row).execute());
    },
    retrieve: (id) => reader.selectFrom('projects').select(PROJECT_COLUMNS).where('id', '=', id).executeTakeFirst(),
    list: () => reader.selectFrom('projects').select(PROJECT_COLUMNS).orderBy('created_at').orderBy('id').execute(),
    async archive(id, archivedAt) {
      await write((writer) =>
        writer
          .updateTable('projects')
          .set({ archived_at: archivedAt })
          .where('id', '=', id)
          .where('archived_at', 'is', null)
          .execute(),
      );
    },
  };
}

export function scopedProject({ reader }: SqlDatabase, projectId: string): ProjectRepositories['project'] {
  return {
    retrieve: () =>
      reader.selectFrom('projects').select(PROJECT_COLUMNS).where('id', '=', projectId).executeTakeFirst(),
  };
}
