/** Tasks of resources: they get the same services as operations do. Each stands as `<name>.task.ts` and is its default export. */
import { projectTask, systemTask, type Task, type TaskDefinition } from '../jobs/task.ts';
import type { ProjectRepositories, SystemRepositories } from '../storage/repositories/repositories.ts';
import type { Services } from './services.ts';

/** Work for a project: `defineTask<{ fileId: string }>({ name: 'files.validate', run })`. */
export function defineTask<Payload>(
  definition: Omit<TaskDefinition<Payload, ProjectRepositories, Services>, 'everyMs'>,
): Task<Payload, ProjectRepositories, Services> {
  return projectTask(definition);
}

/** Housekeeping over all projects; with `everyMs` it runs by itself. */
export function defineSystemTask<Payload = null>(
  definition: TaskDefinition<Payload, SystemRepositories, Services>,
): Task<Payload, SystemRepositories, Services> {
  return systemTask(definition);
}
