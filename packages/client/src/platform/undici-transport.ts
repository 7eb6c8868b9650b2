/** A transport over undici with its default pool of connections. */
import { Agent, errors } from 'undici';
import { APIConnectionError, APIConnectionTimeoutError } from '../core/errors.ts';
import type { HeaderFields, OpenTransport, ResponseBody } from '../core/transport.ts';

export interface UndiciTransportOptions {
  /** Maximum silence of the server, in seconds. */
  timeout?: number;
}

const DEFAULT_TIMEOUT_S = 30;
const MS_PER_S = 1000;
/** A longer rest of a body closes the connection instead of being read. */
const MAX_DISCARDED_BYTES = 64 * 1024;

export function createUndiciTransport({ timeout = DEFAULT_TIMEOUT_S }: UndiciTransportOptions = {}): OpenTransport {
  const timeoutMs = timeout * MS_PER_S;
  const agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  return {
    async send({ url, method, headers, body, signal }) {
      try {
        const response = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: (body as string | Uint8Array | undefined) ?? null,
          signal: signal ?? null,
        });
        return {
          status: response.statusCode,
          headers: withoutAbsent(response.headers),
          body: toBody(response.body, timeout, signal),
        };
      } catch (error) {
        throw toError(error, timeout, signal);
      }
    },
    close: () => agent.destroy(),
  };
}

const withoutAbsent = (headers: Record<string, string | string[] | undefined>): HeaderFields => headers as HeaderFields;

type UndiciBody = Awaited<ReturnType<Agent['request']>>['body'];

function toBody(body: UndiciBody, timeout: number, signal: AbortSignal | undefined): ResponseBody {
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const chunk of body) yield chunk as Uint8Array;
      } catch (error) {
        throw toError(error, timeout, signal);
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
        throw toError(error, timeout, signal);
      }
    },
  };
}

function toError(error: unknown, timeout: number, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new APIConnectionTimeoutError(`the server was silent for ${timeout} seconds`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new APIConnectionError(`the connection failed: ${reason}`, { cause: error });
}
