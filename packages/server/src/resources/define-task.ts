/**
 * Tasks of resources, with the same services as operations. A task is the default export of its file `<name>.task.ts`.
 */
import { projectTask, systemTask, type Task, type TaskDefinition } from '../jobs/task.ts';
import type { ProjectRepositories, SystemRepositories } from '../storage/repositories/repositories.ts';
import type { Services } from './services.ts';

/** Defines a task of one project: `defineTask<{ fileId: string }>({ name: 'files.validate', run })`. */
export function defineTask<Payload>(
  definition: Omit<TaskDefinition<Payload, ProjectRepositories, Services>, 'everyMs'>,
): Task<Payload, ProjectRepositories, Services> {
  return projectTask(definition);
}

/** Defines a housekeeping task over all projects. With `everyMs`, it runs periodically. */
export function defineSystemTask<Payload = null>(
  definition: TaskDefinition<Payload, SystemRepositories, Services>,
): Task<Payload, SystemRepositories, Services> {
  return systemTask(definition);
}
