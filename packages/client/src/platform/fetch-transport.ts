/** A transport over the `fetch` of the platform, for browsers and other runtimes without Node's modules. */
import { APIConnectionError, APIConnectionTimeoutError } from '../core/errors.ts';
import { toHeaders } from '../core/response.ts';
import type { HeaderFields, OpenTransport, ResponseBody, TransportResponse } from '../core/transport.ts';

export interface FetchTransportOptions {
  /** Maximum silence of the server, in seconds. */
  timeout?: number;
  /** Settings of each call of `fetch`. */
  init?: Pick<RequestInit, 'redirect' | 'cache' | 'credentials'>;
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

const DEFAULT_TIMEOUT_S = 30;
const MS_PER_S = 1000;

export function createFetchTransport(options: FetchTransportOptions = {}): OpenTransport {
  const timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT_S) * MS_PER_S;
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  return {
    async send({ url, method, headers, body, signal }) {
      const silence = new SilenceTimer(timeoutMs, signal);
      const init: RequestInit & { duplex?: 'half' } = {
        ...options.init,
        method,
        headers: toHeaders(headers),
        signal: silence.signal,
      };
      if (body !== undefined) init.body = body;
      if (body instanceof ReadableStream) init.duplex = 'half';
      try {
        silence.restart();
        const response = await send(url, init);
        return toTransportResponse(response, silence);
      } catch (error) {
        silence.end();
        throw silence.toError(error);
      }
    },
    close: () => Promise.resolve(),
  };
}

function toTransportResponse(response: Response, silence: SilenceTimer): TransportResponse {
  const headers: HeaderFields = {};
  for (const [name, value] of response.headers) headers[name] = value;
  if (response.body === null) silence.end();
  const body = response.body === null ? null : toBody(response.body, silence);
  return { status: response.status, headers, body };
}

/** Not every browser can iterate over a `ReadableStream`. */
function toBody(stream: ReadableStream<Uint8Array>, silence: SilenceTimer): ResponseBody {
  const reader = stream.getReader();
  const cancel = async () => {
    silence.end();
    await reader.cancel().catch(() => undefined);
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        silence.restart();
        try {
          const { value, done } = await reader.read();
          silence.stop();
          if (done) silence.end();
          return done ? { value: undefined, done: true } : { value, done: false };
        } catch (error) {
          silence.end();
          throw silence.toError(error);
        }
      },
      async return() {
        await cancel();
        return { value: undefined, done: true };
      },
    }),
    cancel,
  };
}

/** Aborts a request after a time without bytes, and with the caller's signal. */
class SilenceTimer {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort(this.#caller?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isTimeout = false;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    if (caller?.aborted === true) this.#abort();
    caller?.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isTimeout = true;
      this.#controller.abort();
    }, this.#timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.stop();
    this.#caller?.removeEventListener('abort', this.#abort);
  }

  toError(error: unknown): unknown {
    if (this.#isTimeout) {
      const message = `the server was silent for ${this.#timeoutMs / MS_PER_S} seconds`;
      return new APIConnectionTimeoutError(message, { cause: error });
    }
    if (this.#caller?.aborted === true) return this.#caller.reason;
    return new APIConnectionError('the connection failed', { cause: error });
  }
}
