/** `POST /threads/runs`: a thread and its first run, in one transaction. */
import { type BodyOf, threadRuns } from '@selfsame/contract';
import type { Context } from '../../operations/context.ts';
import { toToolResources } from '../assistants/tool-resources.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { keepThread, toNewThread } from './new-thread.ts';
import { prepareRun, startRun } from './runs/start-run.ts';
import { tailRun } from './runs/tail-run.ts';
import { toRun } from './runs/to-run.ts';
import { toThread } from './to-thread.ts';

type Body = BodyOf<typeof threadRuns.createAndRun>;

export default implement(threadRuns.createAndRun, (services) => ({ body }, context) => {
  if (body.stream === true) return stream(services, body, context);
  return start(services, body, context).then(toRun);
});

async function start(services: Services, body: Body, { principal, ignore }: Context) {
  const { projectId } = principal;
  const scope = services.repositories.forProject(projectId);
  const { thread = {}, tool_resources: resources = null } = body;
  const made = await toNewThread(services, scope, thread, 'thread.');
  const toolResources = await toToolResources(scope, resources);
  const prepared = await prepareRun(services, body, { principal, ignore, toolResources });
  return scope.transaction(async (tx) => {
    const kept = await keepThread(tx, services, made);
    const created = { type: 'thread.created', data: toThread(kept) };
    return startRun(tx, services, { threadId: made.thread.id, prepared, prelude: { events: [created] } });
  });
}

async function* stream(services: Services, body: Body, context: Context) {
  const run = await start(services, body, context);
  yield* tailRun(services, run, { afterSeq: -1, signal: context.signal });
}
