/** Projects of the installation. Invariant: active projects have distinct names. */
import { errors } from '../errors/catalogue.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/ids.ts';
import type { ProjectRecord } from '../storage/repositories/records.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';

const MAX_NAME_CHARACTERS = 200;

export interface Projects {
  /** @throws ApiError `invalid_value` for a bad name (`name`), or that of an active project. */
  create(name: string): Promise<ProjectRecord>;
  /** All projects in order of creation, archived ones included. */
  list(): Promise<ProjectRecord[]>;
  /** By id, or by the name of an active project. */
  find(idOrName: string): Promise<ProjectRecord | undefined>;
  /**
   * Its keys are refused from then on. @throws ApiError `invalid_value` for the default project, which calls without a
   * key use.
   */
  archive(id: string): Promise<void>;
}

export function createProjects(repositories: Repositories, { clock, ids }: { clock: Clock; ids: IdSource }): Projects {
  const system = repositories.system();
  const find = async (idOrName: string) => {
    const all = await system.projects.list();
    return (
      all.find(({ id }) => id === idOrName) ??
      all.find(({ name, archivedAt }) => name === idOrName && archivedAt === null)
    );
  };
  return {
    find,
    list: () => system.projects.list(),
    async create(text) {
      const name = text.trim();
      if (name === '' || name.length > MAX_NAME_CHARACTERS) {
        throw errors.invalidValue('name', `The name of a project has 1 to ${MAX_NAME_CHARACTERS} characters.`);
      }
      const known = await find(name);
      if (known !== undefined)
        throw errors.invalidValue('name', `Project ${known.id} is called '${known.name}' already.`);
      const { organizationId } = await system.installation.retrieve();
      const project = { id: ids('proj_'), organizationId, name, createdAt: clock.now(), archivedAt: null };
      await system.projects.create(project);
      return project;
    },
    async archive(id) {
      const { projectId } = await system.installation.retrieve();
      if (id === projectId) throw errors.invalidValue('project_id', 'The default project cannot be archived.');
      await system.projects.archive(id, clock.now());
    },
  };
}
