/** Sends requests with undici, and translates its responses and errors to those of the door. */
import { type Dispatcher, errors } from 'undici';
import { APIConnectionError, APIConnectionTimeoutError, SelfsameError } from '../core/errors.ts';
import type { HeaderFields, ResponseBody, Transport, TransportRequest } from '../core/transport.ts';
import { toUndiciBody } from './request-body.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** A longer rest of a body closes the connection instead of being read. */
const MAX_DISCARDED_BYTES = 65_536;

type UndiciBody = Dispatcher.ResponseData['body'];

export function createUndiciTransport(dispatcher: Dispatcher, options: ResolvedOptions): Transport {
  const { keepAlive } = options.http1Settings;
  const isClosing = keepAlive === 'NEVER' || (keepAlive === 'AUTO' && options.httpVersion === 'HTTP_1_0');
  return async (request) => {
    const { url, method, headers, signal } = request;
    signal?.throwIfAborted();
    try {
      const response = await untilAborted(
        dispatcher.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: (await toUndiciBody(request.body, options)) ?? null,
          signal: signal ?? null,
          ...(isClosing ? { reset: true } : {}),
        }),
        signal,
      );
      const hasBody = response.statusCode !== 204 && response.statusCode !== 304;
      // To the end, so that the connection is free for the next request.
      if (!hasBody) await response.body.dump();
      return {
        status: response.statusCode,
        headers: response.headers as HeaderFields,
        body: hasBody ? toBody(response.body, request, options) : null,
      };
    } catch (error) {
      throw toError(error, request, options);
    }
  };
}

/** undici does not reject an aborted request that waits for a connection. */
async function untilAborted<T extends { body: UndiciBody }>(
  response: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return response;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([response, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => undefined);
    response.catch(() => undefined);
  }
}

function toBody(body: UndiciBody, request: TransportRequest, options: ResolvedOptions): ResponseBody {
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of body) yield chunk as Uint8Array;
      } catch (error) {
        throw toError(error, request, options);
      }
    },
    async cancel() {
      if (body.destroyed || body.readableEnded) return;
      body.on('error', () => undefined);
      await body.dump({ limit: MAX_DISCARDED_BYTES }).catch(() => undefined);
    },
    async text() {
      try {
        return await body.text();
      } catch (error) {
        throw toError(error, request, options);
      }
    },
  };
}

function toError(error: unknown, { signal }: TransportRequest, { timeout, socketConfig }: ResolvedOptions): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof SelfsameError) return error;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new APIConnectionTimeoutError(`the server was silent for longer than timeout (${timeout} s)`, {
      cause: error,
    });
  }
  if (error instanceof errors.ConnectTimeoutError) {
    const { connectTimeOut } = socketConfig;
    return new APIConnectionTimeoutError(
      `the connection was not open within socketConfig.connectTimeOut (${connectTimeOut} s)`,
      { cause: error },
    );
  }
  return new APIConnectionError(`the connection failed: ${reasonOf(error)}`, { cause: error });
}

/** Of several addresses, each with its error, the first one. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return first instanceof Error ? first.message : String(first);
}
