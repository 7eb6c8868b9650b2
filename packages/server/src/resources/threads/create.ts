import { threads } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { keepThread, toNewThread } from './new-thread.ts';
import { toThread } from './to-thread.ts';

export default implement(threads.create, (services) => async ({ body }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const made = await toNewThread(services, scope, body);
  return toThread(await scope.transaction((tx) => keepThread(tx, services, made)));
});
