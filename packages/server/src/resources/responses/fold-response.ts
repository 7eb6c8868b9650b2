/** The events of a response → the response at its end. */
import type { Response, ResponseStreamEvent } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';

/** @throws ApiError if the response failed before the model answered. */
export async function foldResponse(events: AsyncIterable<ResponseStreamEvent>): Promise<Response> {
  let last: Response | undefined;
  for await (const event of events) if ('response' in event) last = event.response;
  if (last === undefined) throw new Error('The stream of a response has no response.');
  const { status, error, output } = last;
  if (status === 'failed' && error !== null && output.length === 0) throw errors.responseFailed(error);
  return last;
}
