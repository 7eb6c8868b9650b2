/** The transport of browsers: `fetch`, with the layers that need neither sockets nor modules of Node.js. */
import type { OpenTransport, ResponseBody, Transport } from '../core/transport.ts';
import { createFetchTransport } from '../platform/fetch-transport.ts';
import { resolveBrowserOptions, toFetchSettings } from './browser-options.ts';
import { breakCircuit } from './circuit-breaker.ts';
import { systemClock } from './clock.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { handleForwarded } from './forwarded.ts';
import { createBody } from './response-body.ts';
import { ResponseLimitError } from './transport-errors.ts';

/** @throws OptionError for an option that is wrong or that a browser cannot honour. */
export function createBrowserTransport(options: ConnectionOptions): OpenTransport {
  const resolved = resolveBrowserOptions(options);
  const { send, close } = createFetchTransport({ timeout: resolved.timeout, init: toFetchSettings(resolved) });
  const { circuitBreaker, responseLimits, forwarded } = resolved;
  const limited = limitBodies(send, responseLimits.maxEntityBodySize);
  const guarded = circuitBreaker === undefined ? limited : breakCircuit(limited, circuitBreaker, systemClock);
  return { send: handleForwarded(guarded, forwarded), close };
}

function limitBodies(send: Transport, maxBytes: number): Transport {
  if (maxBytes === -1) return send;
  return async (request) => {
    const response = await send(request);
    return { ...response, body: response.body === null ? null : limitBody(response.body, maxBytes) };
  };
}

function limitBody(body: ResponseBody, maxBytes: number): ResponseBody {
  async function* limit(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    // Leaving the loop cancels the body.
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new ResponseLimitError('maxEntityBodySize', maxBytes);
      yield chunk;
    }
  }
  return createBody(
    limit(),
    () => body.cancel(),
    (error) => error,
  );
}
