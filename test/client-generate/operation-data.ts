/** The data of an operation that the client needs at run time, from its object in the contract. */
import type { Operation } from '@selfsame/contract';
import type { OperationData } from '../../packages/client/src/core/operation-data.ts';

/** Paths whose operations need a version of the beta API, as the official clients send it. */
const BETA_HEADERS: readonly [path: RegExp, value: string][] = [
  [/^\/(?:assistants|threads|vector_stores)\b/, 'assistants=v2'],
  [/^\/realtime\/(?:transcription_)?sessions$/, 'assistants=v2'],
  [/^\/chatkit\b/, 'chatkit_beta=v1'],
];

/** Media types that an operation requests instead of JSON. */
const ACCEPTS: Readonly<Record<string, string>> = {
  'audio.speech.create': 'application/octet-stream',
  'containers.delete': '*/*',
  'containers.files.delete': '*/*',
  'realtime.calls.accept': '*/*',
  'realtime.calls.create': 'application/sdp',
  'realtime.calls.hangup': '*/*',
  'realtime.calls.refer': '*/*',
  'realtime.calls.reject': '*/*',
  'responses.delete': '*/*',
};

/** Operations that return a list although they are not a GET. */
const LISTS = /^(?:vectorStores\.search|fineTuning\.checkpoints\.permissions\.create|.*certificates\.(?:de)?activate)$/;

export function toOperationData(operation: Operation): OperationData {
  const { id, method, path, query, body, encoding = 'json', authority, response, text, stream } = operation;
  const names = Object.keys(query?.properties ?? {});
  const headers = headersOf(operation);
  const page = pageOf(operation);
  return {
    id,
    method,
    path,
    ...(names.length === 0 ? {} : { query: names }),
    ...(body === undefined ? {} : { body: encoding }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(authority === 'admin' ? { authority } : {}),
    response: response.$id,
    ...(text === true ? { text } : {}),
    // Another parameter than `stream` leaves the reading of events to the caller of the client.
    ...(stream === undefined || stream.requestedBy !== undefined
      ? {}
      : { stream: { event: stream.event.$id, ...(stream.framing === 'named' ? { named: true as const } : {}) } }),
    ...(page === undefined ? {} : { page }),
  };
}

function headersOf({ id, path, beta, response }: Operation): Record<string, string> {
  const version = beta?.includes('=') === true ? beta : BETA_HEADERS.find(([pattern]) => pattern.test(path))?.[1];
  const accept = ACCEPTS[id] ?? (response.$id === 'Bytes' ? 'application/binary' : undefined);
  return {
    ...(accept === undefined ? {} : { accept }),
    ...(version === undefined ? {} : { 'openai-beta': version }),
  };
}

function pageOf({ id, method, query, response }: Operation): OperationData['page'] {
  if (method !== 'GET' && !LISTS.test(id)) return undefined;
  const { properties = {} } = response as { properties?: Record<string, { type?: unknown }> };
  if (properties['data']?.type !== 'array') return undefined;
  const parameters = query?.properties ?? {};
  if ('after' in parameters) return 'after';
  return 'page' in parameters && 'next_page' in properties ? 'page' : 'single';
}
