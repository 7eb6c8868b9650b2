/** `POST /threads/{thread_id}/runs`: creates the run and its job. The client polls the run or reads its stream. */
import { type BodyOf, threadRuns } from '@selfsame/contract';
import type { Context } from '../../../operations/context.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { toNewMessages } from '../messages/new-messages.ts';
import { findThread } from '../to-thread.ts';
import { prepareRun, startRun } from './start-run.ts';
import { tailRun } from './tail-run.ts';
import { toRun } from './to-run.ts';

type Body = BodyOf<typeof threadRuns.create>;

export default implement(threadRuns.create, (services) => ({ params, body }, context) => {
  const threadId = params.thread_id;
  if (body.stream === true) return stream(services, { threadId, body }, context);
  return start(services, { threadId, body }, context).then(toRun);
});

interface RunRequest {
  threadId: string;
  body: Body;
}

async function start(services: Services, { threadId, body }: RunRequest, context: Context) {
  const scope = services.repositories.forProject(context.principal.projectId);
  await findThread(scope, threadId);
  const added = body.additional_messages ?? [];
  const messages = await toNewMessages(services, scope, added, 'additional_messages');
  const prepared = await prepareRun(services, body, context);
  return scope.transaction((tx) => startRun(tx, services, { threadId, prepared, prelude: { messages } }));
}

async function* stream(services: Services, request: RunRequest, context: Context) {
  const run = await start(services, request, context);
  yield* tailRun(services, run, { afterSeq: -1, signal: context.signal });
}
