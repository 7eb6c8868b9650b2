/** The repositories over any SQL database that a dialect opened. */
import type { Repositories, SystemRepositories } from '../repositories/repositories.ts';
import { apiKeyRepository, scopedApiKeys } from './api-keys.ts';
import { installationRepository } from './installation.ts';
import { organizationRepository, projectRepository, scopedProject } from './organizations.ts';
import type { SqlDatabase } from './sql-database.ts';
import { scopedUsageEvents, usageEventRepository } from './usage-events.ts';

export function sqlRepositories(database: SqlDatabase): Repositories {
  const system: SystemRepositories = {
    installation: installationRepository(database),
    organizations: organizationRepository(database),
    projects: projectRepository(database),
    apiKeys: apiKeyRepository(database),
    usageEvents: usageEventRepository(database),
  };
  return {
    system: () => system,
    forProject: (projectId) => ({
      project: scopedProject(database, projectId),
      apiKeys: scopedApiKeys(database, projectId),
      usageEvents: scopedUsageEvents(database, projectId),
    }),
    async ping() {
      await database.reader.selectFrom('installation').select('singleton').execute();
    },
    close: () => database.close(),
  };
}
