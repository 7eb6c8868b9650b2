/**
 * A client's connection to the engine host in another process. Invariants: when the host dies, the holder of every slot
 * gets `onEnd`; open calls fail with `HostMoved`, so that they can be repeated at another source; the socket closes
 * when no engine is held through it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { errors } from '../../errors/catalogue.ts';
import type { Engine, EngineHolder, EngineSlot, EngineSpec, SlotOptions } from '../child-process/engine.ts';
import { DEFAULT_SILENCE_MS } from '../child-process/heartbeat.ts';
import type { EngineReport } from '../engine-report.ts';
import type { EngineSource } from './engine-source.ts';
import { toProgramName } from './program-name.ts';
import { createWire, type FromHost, fromWireError, HostMoved, type ToHost, type Wire } from './wire.ts';

type CallResult = Extract<FromHost, { type: 'ready' | 'acquired' }>;

interface Call {
  resolve(result: CallResult): void;
  reject(error: unknown): void;
}

interface HeldEngine {
  holder: EngineHolder<unknown>;
  slots: Set<number>;
  report: EngineReport;
  facts: object | undefined;
}

export interface ConnectOptions {
  version: string;
  /** Whether this process takes over from a host that does not lead. */
  leads: boolean;
  /** After this time without a message the host counts as dead. Default 20 s. */
  silenceMs?: number | undefined;
}

/** The host runs another version of the program, or does not respond. */
export class HostUnavailable extends Error {
  override readonly name = 'HostUnavailable';
}

const HELLO_TIMEOUT_MS = 5000;
/** Unanswered pings after which the host counts as dead. */
const MAX_UNANSWERED_PINGS = 5;

/** Throws `HostMoved`, `HostUnavailable`, or the error of a socket without a listener. */
export async function connectToHost(
  path: string,
  { version, leads, silenceMs }: ConnectOptions,
): Promise<HostConnection> {
  const socket = connect(path);
  await once(socket, 'connect');
  const connection = new HostConnection(socket, silenceMs);
  await connection.greet({ type: 'hello', version, leads });
  return connection;
}

export class HostConnection implements EngineSource {
  /** Whether the host died, or closed the connection. */
  lost = false;
  /** Process id of the host. */
  pid: number | undefined;
  readonly #socket: Socket;
  readonly #wire: Wire<ToHost>;
  readonly #moved = new AbortController();
  readonly #held = new Map<number, HeldEngine>();
  readonly #calls = new Map<number, Call>();
  #greeting: { resolve(): void; reject(error: unknown): void } | undefined;
  #lastNumber = 0;
  readonly #silenceMs: number;
  /** Pings since the last message. */
  #unansweredPings = 0;
  /** Whether this side closed the connection. */
  #closed = false;

  constructor(socket: Socket, silenceMs = DEFAULT_SILENCE_MS) {
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.#wire = createWire<FromHost, ToHost>(socket, (message) => {
      this.#unansweredPings = 0;
      this.#receive(message);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => this.#lose());
  }

  get moved(): AbortSignal {
    return this.#moved.signal;
  }

  async greet(hello: Extract<ToHost, { type: 'hello' }>): Promise<void> {
    const timeout = () => this.#greeting?.reject(new HostUnavailable('it does not answer'));
    const timer = setTimeout(timeout, HELLO_TIMEOUT_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#greeting = { resolve, reject };
        this.#wire.send(hello);
      });
      this.#startPings();
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#greeting = undefined;
    }
  }

  /** Detects a host that is stopped (SIGSTOP), whose sockets stay open. */
  #startPings(): void {
    const pings = setInterval(() => {
      this.#unansweredPings += 1;
      if (this.#unansweredPings > MAX_UNANSWERED_PINGS) this.#socket.destroy();
      else this.#wire.send({ type: 'ping' });
    }, this.#silenceMs / MAX_UNANSWERED_PINGS).unref();
    this.#socket.once('close', () => clearInterval(pings));
  }

  hold<Facts extends object, Event, Task extends object>(
    { program, ...spec }: EngineSpec,
    holder: EngineHolder<Event>,
  ): Engine<Facts, Task> {
    const engine = ++this.#lastNumber;
    const held: HeldEngine = {
      holder: holder as EngineHolder<unknown>,
      slots: new Set(),
      report: { pid: undefined, waiting: 0, busy: 0, restarts: 0, isDown: false },
      facts: undefined,
    };
    this.#held.set(engine, held);
    this.#wire.send({ type: 'open', engine, spec: { ...spec, program: toProgramName(program) } });
    return {
      // The engine's program defines the type of its facts.
      get facts() {
        return held.facts as Facts | undefined;
      },
      report: () => held.report,
      ready: async () => {
        const { facts } = await this.#call((call) => ({ type: 'ready', engine, call }));
        held.facts = facts;
        return facts as Facts;
      },
      acquire: (options) => this.#acquire(engine, held, options),
      send: (message) => this.#wire.send({ type: 'task', engine, message }),
      close: async () => {
        if (!this.#held.delete(engine)) return;
        this.#wire.send({ type: 'close', engine });
        held.holder.onEnd(errors.engineFailed('it was closed.'), [...held.slots]);
        if (this.#held.size > 0) return;
        this.#closed = true;
        this.#wire.end();
      },
    };
  }

  async #acquire(engine: number, held: HeldEngine, { signal, priority }: SlotOptions): Promise<EngineSlot> {
    signal.throwIfAborted();
    const result = await this.#call((call) => ({ type: 'acquire', engine, call, priority }), signal);
    if (result.type !== 'acquired') throw new HostMoved('it was answered otherwise');
    const { id } = result;
    const release = () => {
      if (held.slots.delete(id)) this.#wire.send({ type: 'release', engine, id });
    };
    held.slots.add(id);
    return { id, release };
  }

  #call(toMessage: (call: number) => ToHost, signal?: AbortSignal): Promise<CallResult> {
    if (this.moved.aborted) return Promise.reject(this.moved.reason);
    const call = ++this.#lastNumber;
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#calls.delete(call);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        settle();
        this.#wire.send({ type: 'abort', call });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#calls.set(call, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#wire.send(toMessage(call));
    });
  }

  #receive(message: FromHost): void {
    if (message.type === 'pong') return;
    if (message.type === 'hello') {
      this.pid = message.pid;
      this.#greeting?.resolve();
    } else if (message.type === 'wrong-version') {
      this.#greeting?.reject(new HostUnavailable(`it is version ${message.version}`));
    } else if (message.type === 'moved') this.#move();
    else if (message.type === 'refused') this.#calls.get(message.call)?.reject(fromWireError(message.error));
    else if (message.type === 'ready') {
      this.#calls.get(message.call)?.resolve(message);
    } else this.#receiveForEngine(message);
  }

  #receiveForEngine(message: Extract<FromHost, { engine: number }>): void {
    const held = this.#held.get(message.engine);
    if (message.type === 'acquired') {
      if (held !== undefined) held.facts = message.facts;
      const call = this.#calls.get(message.call);
      // The call was aborted in the meantime.
      if (call === undefined) this.#wire.send({ type: 'release', engine: message.engine, id: message.id });
      else call.resolve(message);
    } else if (held === undefined) return;
    else if (message.type === 'report') held.report = message.report;
    else if (message.type === 'message') held.holder.onMessage(message.message);
    else held.holder.onEnd(fromWireError(message.error), message.ids);
  }

  #move(): void {
    const moved = new HostMoved('another process hosts the engines');
    this.#greeting?.reject(moved);
    this.#moved.abort(moved);
    for (const call of this.#calls.values()) call.reject(moved);
  }

  #lose(): void {
    this.lost = !this.#closed;
    this.#move();
    for (const held of this.#held.values()) {
      held.report = { ...held.report, pid: undefined };
      held.holder.onEnd(errors.engineFailed('the process that ran it ended.'), [...held.slots]);
    }
    this.#held.clear();
  }
}
