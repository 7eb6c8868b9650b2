import { threads } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findThread, toThread } from './to-thread.ts';

export default implement(
  threads.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toThread(await findThread(repositories.forProject(principal.projectId), params.thread_id)),
);
