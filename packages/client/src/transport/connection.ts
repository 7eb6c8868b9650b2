/** One connection of a pool: undici's client, with its socket observed, and `timeout` and `responseLimits` enforced. */
import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import { APIConnectionTimeoutError } from '../core/errors.ts';
import type { Clock } from './clock.ts';
import type { Connect } from './connector.ts';
import { ForwardingHandler } from './forwarding-handler.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { SilenceTimer } from './silence-timer.ts';
import { StatusLineGuard } from './status-line-guard.ts';
import { ResponseLimitError } from './transport-errors.ts';

export interface ConnectionDeps {
  connect: Connect;
  clock: Clock;
  options: Pick<ResolvedOptions, 'responseLimits' | 'timeout'>;
  /** Called when the last request of the connection has ended. */
  onIdle(connection: Connection): void;
  /** Called when the server announced with GOAWAY that it closes the connection. */
  onStale(socket: Socket): void;
}

interface SocketHolder {
  socket?: Socket;
  guard?: StatusLineGuard;
}

function holdSocket(holder: SocketHolder, socket: Socket, maxStatusLineLength: number): void {
  holder.socket = socket;
  if (!isHttp2(socket)) holder.guard = new StatusLineGuard(socket, maxStatusLineLength);
}

function isHttp2(socket: Socket | undefined): boolean {
  return (socket as { alpnProtocol?: unknown } | undefined)?.alpnProtocol === 'h2';
}

export class Connection extends Client {
  readonly #deps: ConnectionDeps;
  readonly #holder: SocketHolder;
  #active = 0;
  #idleSince: number | undefined;

  constructor(origin: URL, options: Client.Options, deps: ConnectionDeps) {
    const holder: SocketHolder = {};
    const connect: Connect = (target, callback) =>
      deps.connect(target, (...result: buildConnector.CallbackArgs) => {
        if (result[1] !== null) holdSocket(holder, result[1], deps.options.responseLimits.maxStatusLineLength);
        callback(...result);
      });
    super(origin, { ...options, connect });
    this.#deps = deps;
    this.#holder = holder;
    this.on('connect', () => this.#markIdle());
    this.on('disconnect', () => this.#onDisconnect());
  }

  get isOpen(): boolean {
    return this.#holder.socket?.destroyed === false;
  }

  get isHttp2(): boolean {
    return isHttp2(this.#holder.socket);
  }

  /** Requests that have been sent and have not ended. */
  get active(): number {
    return this.#active;
  }

  /** When the last request ended; undefined for a connection in use, and for one that is closed. */
  get idleSince(): number | undefined {
    return this.isOpen && this.#active === 0 && this.stats.size === 0 ? this.#idleSince : undefined;
  }

  /** The next request opens a new socket. */
  closeSocket(): void {
    this.#holder.socket?.destroy();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return super.dispatch(options, new ConnectionHandler(handler, this, this.#deps));
  }

  onRequestStarted(): void {
    this.#active += 1;
    this.#holder.guard?.expect();
  }

  onRequestEnded(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    this.#markIdle();
    // undici still has the request in its queue.
    queueMicrotask(() => this.#deps.onIdle(this));
  }

  #markIdle(): void {
    this.#idleSince = this.#deps.clock.now();
  }

  /** After GOAWAY, undici gives up the connection while streams are still running on it. */
  #onDisconnect(): void {
    const { socket } = this.#holder;
    delete this.#holder.socket;
    delete this.#holder.guard;
    if (socket?.destroyed === false) this.#deps.onStale(socket);
  }
}

type Controller = Dispatcher.DispatchController;
type ResponseHeaders = Parameters<ForwardingHandler['onResponseStart']>[2];

/** Bytes that a header needs beyond its name and value: colon, space and line break. */
const HEADER_OVERHEAD_BYTES = 4;

class ConnectionHandler extends ForwardingHandler {
  readonly #connection: Connection;
  readonly #deps: ConnectionDeps;
  readonly #limits: ResolvedOptions['responseLimits'];
  #isRunning = false;
  #bodyBytes = 0;
  #silence: SilenceTimer | undefined;

  constructor(next: Dispatcher.DispatchHandler, connection: Connection, deps: ConnectionDeps) {
    super(next);
    this.#connection = connection;
    this.#deps = deps;
    this.#limits = deps.options.responseLimits;
  }

  override onRequestStart(controller: Controller, context: unknown): void {
    if (!this.#isRunning) this.#connection.onRequestStarted();
    this.#isRunning = true;
    this.#startSilenceTimer(controller);
    super.onRequestStart(controller, context);
  }

  override onBodySent(chunk: Buffer): void {
    this.#silence?.touch();
    super.onBodySent(chunk);
  }

  override onRequestSent(): void {
    this.#silence?.touch();
    super.onRequestSent();
  }

  override onResponseStart(controller: Controller, status: number, headers: ResponseHeaders, message = ''): void {
    this.#silence?.touch();
    const { maxStatusLineLength, maxHeaderSize } = this.#limits;
    if (`HTTP/1.1 ${status} ${message}`.length > maxStatusLineLength) {
      this.#refuse(controller, new ResponseLimitError('maxStatusLineLength', maxStatusLineLength));
      return;
    }
    if (sizeOf(headers) > maxHeaderSize) {
      this.#refuse(controller, new ResponseLimitError('maxHeaderSize', maxHeaderSize));
      return;
    }
    super.onResponseStart(controller, status, headers, message);
  }

  override onResponseData(controller: Controller, chunk: Buffer): void {
    this.#silence?.touch();
    const { maxEntityBodySize } = this.#limits;
    this.#bodyBytes += chunk.length;
    if (maxEntityBodySize !== -1 && this.#bodyBytes > maxEntityBodySize) {
      this.#refuse(controller, new ResponseLimitError('maxEntityBodySize', maxEntityBodySize));
      return;
    }
    super.onResponseData(controller, chunk);
  }

  override onResponseEnd(controller: Controller, trailers: ResponseHeaders): void {
    this.#end();
    if (this.#connection.isHttp2) {
      super.onResponseEnd(controller, trailers);
      return;
    }
    // undici frees a connection of HTTP/1 in an immediate that it schedules after this call. Without the delay, a
    // request that follows at once finds the connection in use, and opens another one.
    queueMicrotask(() => setImmediate(() => this.#forwardEnd(controller, trailers)));
  }

  /** undici turns what a handler throws into an error of the request only while it calls the handler. */
  #forwardEnd(controller: Controller, trailers: ResponseHeaders): void {
    try {
      super.onResponseEnd(controller, trailers);
    } catch (error) {
      super.onResponseError(controller, error as Error);
    }
  }

  override onResponseError(controller: Controller, error: Error): void {
    this.#end();
    const isOverflow = (error as { code?: string }).code === 'UND_ERR_HEADERS_OVERFLOW';
    const cause = isOverflow ? new ResponseLimitError('maxHeaderSize', this.#limits.maxHeaderSize) : error;
    super.onResponseError(controller, cause);
  }

  #startSilenceTimer(controller: Controller): void {
    const { clock, options } = this.#deps;
    this.#silence?.stop();
    this.#silence = new SilenceTimer({
      ms: options.timeout * 1000,
      clock,
      isPaused: () => controller.paused,
      onSilence: () => {
        // A connection that other requests use may be alive.
        const isUnused = this.#connection.active <= 1;
        controller.abort(
          new APIConnectionTimeoutError(`the server was silent for longer than timeout (${options.timeout} s)`),
        );
        if (isUnused) this.#connection.closeSocket();
      },
    });
  }

  #end(): void {
    this.#silence?.stop();
    if (this.#isRunning) this.#connection.onRequestEnded();
    this.#isRunning = false;
  }

  #refuse(controller: Controller, error: Error): void {
    controller.abort(error);
    // With HTTP/2, the abort ends only the stream.
    this.#connection.closeSocket();
  }
}

function sizeOf(headers: ResponseHeaders): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) {
      bytes += name.length + each.length + HEADER_OVERHEAD_BYTES;
    }
  }
  return bytes;
}
