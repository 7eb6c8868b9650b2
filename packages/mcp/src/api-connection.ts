/** The connection of tools to a server by `@selfsame/client`. */
import { APIError, type OpenTransport, Selfsame, SelfsameError, type Stream } from '@selfsame/client';
import { operations } from '@selfsame/client/operations';
import type { Operation } from '@selfsame/contract';
import { type ApiArguments, ApiFailure, type Connection } from './connection.ts';
import type { ConnectionSettings } from './connections.ts';
import type { StreamEvent } from './fold-stream.ts';
import type { ApiAnswer, ApiError } from './results.ts';

/** Sent where a server needs no key, because the client requires one. */
const NO_KEY = 'none';

/**
 * Responses are not checked against the contract: a model reads them, and other servers may differ.
 * @throws SelfsameError for a base URL that is not http.
 */
export function createApiConnection(settings: ConnectionSettings, transport?: OpenTransport): Connection {
  const { baseUrl, apiKey, adminKey, organization, project } = settings;
  const client = new Selfsame(
    {
      auth: { token: apiKey ?? NO_KEY, ...(adminKey === undefined ? {} : { adminToken: adminKey }) },
      validation: false,
      ...(organization === undefined ? {} : { organization }),
      ...(project === undefined ? {} : { project }),
      ...(transport === undefined ? {} : { transport }),
    },
    baseUrl,
  );
  const send = async <T>({ id }: Operation, args: ApiArguments, signal: AbortSignal): Promise<T> => {
    const known = (operations as Record<string, (typeof operations)['models.list'] | undefined>)[id];
    if (known === undefined) throw new Error(`The client has no operation '${id}'.`);
    const params = Object.fromEntries(Object.entries(args.params).map(([name, value]) => [name, String(value)]));
    try {
      return await client.call<T>(known.data, { ...args, params }, { signal });
    } catch (error) {
      throw toFailure(error);
    }
  };
  return {
    secrets: [apiKey, adminKey].filter((key) => key !== undefined),
    call: async (operation, args, signal) => toAnswer(await send(operation, args, signal)),
    async *stream(operation, args, signal) {
      const stream = await send<Stream<StreamEvent>>(operation, args, signal);
      try {
        yield* stream;
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

async function toAnswer(result: unknown): Promise<ApiAnswer> {
  if (typeof result === 'string') return { kind: 'text', text: result };
  if (!(result instanceof Response)) return { kind: 'json', value: result ?? {} };
  const contentType = result.headers.get('content-type') ?? 'application/octet-stream';
  return { kind: 'bytes', contentType, bytes: new Uint8Array(await result.arrayBuffer()) };
}

/** Keeps an error that is not the client's, such as an abort. */
function toFailure(error: unknown): unknown {
  if (!(error instanceof SelfsameError)) return error;
  return new ApiFailure(error instanceof APIError ? toApiError(error) : connectionError(error.message));
}

function toApiError(failure: APIError): ApiError {
  const { status, error } = failure;
  return {
    message: error?.message ?? failure.message,
    type: error?.type ?? null,
    param: error?.param ?? null,
    code: error?.code ?? null,
    status: status ?? null,
  };
}

function connectionError(message: string): ApiError {
  return { message, type: 'connection_error', param: null, code: null, status: null };
}
