import { threads } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findThread } from '../to-thread.ts';
import { toMessage } from './to-message.ts';

export default implement(threads.messages.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findThread(scope, params.thread_id);
  const { run_id: runId, ...page } = query;
  return toPage(await scope.messages.list(id, { ...page, runId }), toMessage);
});
