/**
 * `POST /responses`: stores the response and its job, and reads its stream. The client's disconnect cancels a response
 * in the foreground. The plain answer is the end of the same stream.
 */
import { type BodyOf, type Response, type ResponseStreamEvent, responses } from '@selfsame/contract';
import type { Context } from '../../operations/context.ts';
import type { ResponseRecord } from '../../storage/repositories/responses.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { toStreamOptions } from '../stream-options.ts';
import { foldResponse } from './fold-response.ts';
import { followResponse } from './follow-response.ts';
import { obfuscatedEvents } from './obfuscate-events.ts';
import { prepareResponse } from './prepare-response.ts';
import { startResponse } from './start-response.ts';
import { toResponse } from './to-response.ts';

type Body = BodyOf<typeof responses.create>;

export default implement(responses.create, (services) => ({ body }, context) => {
  if (body.stream === true) return stream(services, body, context);
  return body.background === true ? startOnly(services, body, context) : complete(services, body, context);
});

async function start(services: Services, body: Body, context: Context): Promise<ResponseRecord> {
  const { start: fields, input } = await prepareResponse(services, body, context);
  const scope = services.repositories.forProject(context.principal.projectId);
  return scope.transaction((tx) => startResponse(tx, fields, input));
}

async function startOnly(services: Services, body: Body, context: Context): Promise<Response> {
  toStreamOptions(body);
  return toResponse(await start(services, body, context), []) as Response;
}

async function complete(services: Services, body: Body, context: Context): Promise<Response> {
  toStreamOptions(body);
  const response = await start(services, body, context);
  return foldResponse(followResponse(services, response, context));
}

async function* stream(services: Services, body: Body, context: Context): AsyncGenerator<ResponseStreamEvent> {
  const { obfuscate } = toStreamOptions(body);
  const response = await start(services, body, context);
  const events = followResponse(services, response, context);
  yield* obfuscate ? obfuscatedEvents(events) : events;
}
