/** `POST …/cancel`: cancels a response in the background. Cancelling a response that has ended changes nothing. */
import { type Response, responses } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { cancelResponse } from './end-response.ts';
import { findResponse } from './find-response.ts';
import { selectIncluded } from './include.ts';
import { tailResponse } from './tail-response.ts';
import { toResponse } from './to-response.ts';

/** Maximum wait for the worker to stop, in milliseconds. */
const MAX_WAIT_MS = 3000;

export default implement(responses.cancel, (services) => async ({ params }, { principal, signal }) => {
  const id = params.response_id;
  const { projectId } = principal;
  const scope = services.repositories.forProject(projectId);
  const { background, request } = await findResponse(scope, id);
  if (!background) {
    throw errors.invalidValue('response_id', 'Only responses that were created in the background can be cancelled.');
  }
  const cancelled = await scope.transaction((tx) => cancelResponse(tx, services, id));
  if (cancelled?.status === 'cancelling') {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    await readToEnd(tailResponse(services, { projectId, id }, { afterSeq: -1, signal: patience }), patience);
  }
  const output = await scope.responseItems.listOutput(id);
  return selectIncluded(toResponse(await findResponse(scope, id), output), request['include']) as Response;
});

async function readToEnd(events: AsyncIterable<unknown>, signal: AbortSignal): Promise<void> {
  try {
    for await (const _event of events);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
