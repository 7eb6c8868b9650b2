/** Responses: `responses.*`. */
import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { CompactResource, CompactResponseMethodPublicBody } from './responses/compaction.ts';
import { ResponseStreamEvent } from './responses/events.ts';
import { includeQuery } from './responses/options.ts';
import { CreateResponse } from './responses/request.ts';
import { Response } from './responses/response.ts';
import { named } from './schema.ts';

export * as inputItems from './responses/input-items.ts';
export * as inputTokens from './responses/input-tokens.ts';

/** The JSON contains images and files as base64. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

const params = Type.Object({ response_id: Type.String({ description: 'Id of the response.' }) });

export const DeletedResponse = named(
  'DeletedResponse',
  Type.Object({ id: Type.String(), object: Type.Literal('response'), deleted: Type.Literal(true) }),
);
export type DeletedResponse = Static<typeof DeletedResponse>;

export const create = operation({
  id: 'responses.create',
  method: 'POST',
  path: '/responses',
  summary: 'Generates a response.',
  authority: 'project',
  body: CreateResponse,
  response: Response,
  stream: { event: ResponseStreamEvent, framing: 'typed' },
  bodyLimit: BODY_LIMIT_BYTES,
});

export const retrieve = operation({
  id: 'responses.retrieve',
  method: 'GET',
  path: '/responses/{response_id}',
  summary: 'Retrieves a stored response, or streams its events.',
  authority: 'project',
  params,
  query: Type.Object({
    include: includeQuery,
    stream: Type.Optional(Type.Boolean({ description: 'Whether to send the events of the response.' })),
    starting_after: Type.Optional(
      Type.Integer({ description: 'The `sequence_number` after which the events start. Only together with `stream`.' }),
    ),
    include_obfuscation: Type.Optional(
      Type.Boolean({ description: 'Pads events to hide the length of their text. Only together with `stream`.' }),
    ),
  }),
  response: Response,
  stream: { event: ResponseStreamEvent, framing: 'typed' },
});

const deleteResponse = operation({
  id: 'responses.delete',
  method: 'DELETE',
  path: '/responses/{response_id}',
  summary: 'Deletes a stored response.',
  authority: 'project',
  params,
  response: DeletedResponse,
});

export { deleteResponse as delete };

export const cancel = operation({
  id: 'responses.cancel',
  method: 'POST',
  path: '/responses/{response_id}/cancel',
  summary: 'Cancels a response that is generated in the background.',
  authority: 'project',
  params,
  response: Response,
});

export const compact = operation({
  id: 'responses.compact',
  method: 'POST',
  path: '/responses/compact',
  summary: 'Compacts a conversation into fewer items.',
  authority: 'project',
  body: CompactResponseMethodPublicBody,
  response: CompactResource,
  bodyLimit: BODY_LIMIT_BYTES,
});
