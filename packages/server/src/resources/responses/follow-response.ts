/** The stream of a response for the client that created it. */
import type { ResponseStreamEvent } from '@selfsame/contract';
import type { Context } from '../../operations/context.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import type { Services } from '../services.ts';
import { cancelResponse } from './end-response.ts';
import { selectIncluded } from './include.ts';
import { tailResponse } from './tail-response.ts';

/** A reader that stops early cancels the response, unless it is generated in the background. */
export async function* followResponse(
  services: Services,
  response: ResponseRecord,
  { signal }: Pick<Context, 'signal'>,
): AsyncGenerator<ResponseStreamEvent> {
  const { id, projectId, background, stored, request } = response;
  const scope = services.repositories.forProject(projectId);
  let hasEnded = false;
  try {
    for await (const event of tailResponse(services, response, { afterSeq: -1, signal })) {
      yield selectIncluded(event, request['include']) as ResponseStreamEvent;
    }
    hasEnded = true;
  } finally {
    if (!hasEnded && !background) await scope.transaction((tx) => cancelResponse(tx, services, id));
    if (hasEnded && !stored) await scope.events.delete(id);
  }
}
