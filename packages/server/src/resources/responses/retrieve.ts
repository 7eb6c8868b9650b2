/** `GET /responses/{response_id}`: the response so far, or its events. */
import { type QueryOf, type Response, type ResponseStreamEvent, responses } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { Context } from '../../operations/context.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { findResponse } from './find-response.ts';
import { selectIncluded } from './include.ts';
import { obfuscatedEvents } from './obfuscate-events.ts';
import { tailResponse } from './tail-response.ts';
import { toResponse } from './to-response.ts';

type Query = QueryOf<typeof responses.retrieve>;

export default implement(responses.retrieve, (services) => ({ params, query }, context) => {
  const id = params.response_id;
  return query.stream === true ? stream(services, { id, query }, context) : retrieve(services, { id, query }, context);
});

interface Requested {
  id: string;
  query: Query;
}

async function retrieve(services: Services, { id, query }: Requested, context: Context): Promise<Response> {
  for (const name of ['starting_after', 'include_obfuscation'] as const) {
    if (query[name] === undefined) continue;
    throw errors.invalidValue(name, `'${name}' is only allowed together with 'stream'.`);
  }
  const scope = services.repositories.forProject(context.principal.projectId);
  const record = await findResponse(scope, id);
  const output = await scope.responseItems.listOutput(id);
  return selectIncluded(toResponse(record, output), query.include ?? record.request['include']) as Response;
}

async function* stream(services: Services, { id, query }: Requested, context: Context) {
  const { projectId } = context.principal;
  const record = await findResponse(services.repositories.forProject(projectId), id);
  const options = { afterSeq: query.starting_after ?? -1, signal: context.signal };
  const include = query.include ?? record.request['include'];
  const events = selectFrom(tailResponse(services, { projectId, id }, options), include);
  yield* query.include_obfuscation === true ? obfuscatedEvents(events) : events;
}

async function* selectFrom(events: AsyncIterable<object>, include: unknown): AsyncGenerator<ResponseStreamEvent> {
  for await (const event of events) yield selectIncluded(event, include) as ResponseStreamEvent;
}
