/** Events of a client over the WebSocket → requests. Pure. */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';

export interface CreateEvent {
  /** Events with the same id are answered one after another. */
  streamId: string | undefined;
  /** False: the request is prepared, and the model writes nothing. */
  generates: boolean;
  /** Not validated yet. */
  body: CreateResponse;
}

const STREAM_ID = /^[A-Za-z0-9_.-]{1,256}$/;

/** @throws ApiError naming the property. */
export function toCreateEvent(event: unknown): CreateEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw errors.invalidJson('an event is an object.');
  }
  const { type, stream_id: streamId, generate, stream, background, ...body } = event as Record<string, unknown>;
  if (type === undefined) throw errors.missingParameter('type');
  if (type !== 'response.create') {
    throw errors.invalidValue(
      'type',
      `Invalid value: ${JSON.stringify(type)}. Supported values are: 'response.create'.`,
    );
  }
  if (stream === false) throw errors.unsupportedParameter('stream', 'Responses over a WebSocket are streamed.');
  if (background === true) {
    throw errors.unsupportedParameter('background', 'Responses over a WebSocket end with their connection.');
  }
  if (generate !== undefined && typeof generate !== 'boolean') {
    throw errors.invalidValue('generate', "Invalid type for 'generate': expected a boolean.");
  }
  return { streamId: toStreamId(streamId), generates: generate !== false, body: body as CreateResponse };
}

/** The id of an event, if it has a valid one. */
export function streamIdOf(event: unknown): string | undefined {
  const { stream_id: id } = (event ?? {}) as { stream_id?: unknown };
  return typeof id === 'string' && STREAM_ID.test(id) ? id : undefined;
}

function toStreamId(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id === 'string' && STREAM_ID.test(id)) return id;
  throw errors.invalidValue('stream_id', "'stream_id' has 1 to 256 letters, digits, and the characters '_', '.', '-'.");
}
