/**
 * Engines that run in another process, through a socket. Invariants: what this process entered there is told of its end when that process
 * is gone; what only waited is told that the host moved, and can be asked elsewhere; the socket closes when nothing is held through it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { errors } from '../../errors/catalogue.ts';
import type { Engine, EngineHolder, EngineSpec, EnterOptions, Place } from '../child-process/engine.ts';
import { DEFAULT_SILENCE_MS } from '../child-process/heartbeat.ts';
import type { EngineReport } from '../engine-report.ts';
import type { EngineHome } from './engine-host.ts';
import { toProgramName } from './guest.ts';
import { createWire, type FromHost, fromWireError, HostMoved, type ToHost, type Wire } from './wire.ts';

interface Call {
  resolve(answer: Extract<FromHost, { type: 'ready' | 'entered' }>): void;
  reject(error: unknown): void;
}

interface Held {
  holder: EngineHolder<unknown>;
  places: Set<number>;
  report: EngineReport;
  facts: object | undefined;
}

export interface AttachOptions {
  version: string;
  /** Whether this process would rather host itself. */
  leads: boolean;
  /** How long the other process may give no sign of life. Default 20 s. */
  silenceMs?: number | undefined;
}

/** The host is of another version of the program, or does not answer. */
export class NoAttachment extends Error {
  override readonly name = 'NoAttachment';
}

const HELLO_MS = 5000;
/** Signs of life that are asked for before the other process counts as gone. */
const PINGS = 5;

/** Throws HostMoved, NoAttachment, or the error of a socket that nobody listens on. */
export async function attach(path: string, { version, leads, silenceMs }: AttachOptions): Promise<Attachment> {
  const socket = connect(path);
  await once(socket, 'connect');
  const attachment = new Attachment(socket, silenceMs);
  await attachment.greet({ type: 'hello', version, leads });
  return attachment;
}

export class Attachment implements EngineHome {
  /** Whether the other process is gone, or broke off. */
  lost = false;
  /** Process that hosts the engines. */
  pid: number | undefined;
  readonly #socket: Socket;
  readonly #wire: Wire<ToHost>;
  readonly #moved = new AbortController();
  readonly #held = new Map<number, Held>();
  readonly #calls = new Map<number, Call>();
  #greeting: { resolve(): void; reject(error: unknown): void } | undefined;
  #lastNumber = 0;
  readonly #silenceMs: number;
  /** Pings since the last message. */
  #unanswered = 0;
  #left = false;

  constructor(socket: Socket, silenceMs = DEFAULT_SILENCE_MS) {
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.#wire = createWire<FromHost, ToHost>(socket, (message) => {
      this.#unanswered = 0;
      this.#receive(message);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => this.#lose());
  }

  get moved(): AbortSignal {
    return this.#moved.signal;
  }

  async greet(hello: Extract<ToHost, { type: 'hello' }>): Promise<void> {
    const timer = setTimeout(() => this.#greeting?.reject(new NoAttachment('it does not answer')), HELLO_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#greeting = { resolve, reject };
        this.#wire.send(hello);
      });
      this.#watch();
    } catch (error) {
      this.#socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      this.#greeting = undefined;
    }
  }

  /** Cuts the other process off when it is stopped: its sockets stay open then. */
  #watch(): void {
    const pings = setInterval(() => {
      this.#unanswered += 1;
      if (this.#unanswered > PINGS) this.#socket.destroy();
      else this.#wire.send({ type: 'ping' });
    }, this.#silenceMs / PINGS).unref();
    this.#socket.once('close', () => clearInterval(pings));
  }

  hold<Facts extends object, Event, Task extends object>(
    { program, ...spec }: EngineSpec,
    holder: EngineHolder<Event>,
  ): Engine<Facts, Task> {
    const engine = ++this.#lastNumber;
    const held: Held = {
      holder: holder as EngineHolder<unknown>,
      places: new Set(),
      report: { pid: undefined, waiting: 0, busy: 0, restarts: 0, isDown: false },
      facts: undefined,
    };
    this.#held.set(engine, held);
    this.#wire.send({ type: 'open', engine, spec: { ...spec, program: toProgramName(program) } });
    return {
      // What an engine tells is what its own program told.
      get facts() {
        return held.facts as Facts | undefined;
      },
      report: () => held.report,
      ready: async () => {
        const { facts } = await this.#call((call) => ({ type: 'ready', engine, call }));
        held.facts = facts;
        return facts as Facts;
      },
      enter: (options) => this.#enter(engine, held, options),
      send: (message) => this.#wire.send({ type: 'task', engine, message }),
      close: async () => {
        if (!this.#held.delete(engine)) return;
        this.#wire.send({ type: 'close', engine });
        held.holder.onEnd(errors.engineFailed('it was closed.'), [...held.places]);
        if (this.#held.size > 0) return;
        this.#left = true;
        this.#wire.end();
      },
    };
  }

  async #enter(engine: number, held: Held, { signal, priority }: EnterOptions): Promise<Place> {
    signal.throwIfAborted();
    const answer = await this.#call((call) => ({ type: 'enter', engine, call, priority }), signal);
    if (answer.type !== 'entered') throw new HostMoved('it was answered otherwise');
    const { id } = answer;
    const leave = () => {
      if (held.places.delete(id)) this.#wire.send({ type: 'leave', engine, id });
    };
    held.places.add(id);
    return { id, leave };
  }

  #call(toMessage: (call: number) => ToHost, signal?: AbortSignal): Promise<Parameters<Call['resolve']>[0]> {
    if (this.moved.aborted) return Promise.reject(this.moved.reason);
    const call = ++this.#lastNumber;
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#calls.delete(call);
        signal?.removeEventListener('abort', leave);
      };
      const leave = () => {
        settle();
        this.#wire.send({ type: 'abort', call });
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#calls.set(call, {
        resolve: (answer) => {
          settle();
          resolve(answer);
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
      this.#greeting?.reject(new NoAttachment(`it is version ${message.version}`));
    } else if (message.type === 'moved') this.#move();
    else if (message.type === 'refused') this.#calls.get(message.call)?.reject(fromWireError(message.error));
    else if (message.type === 'ready') {
      this.#calls.get(message.call)?.resolve(message);
    } else this.#hear(message);
  }

  #hear(message: Extract<FromHost, { engine: number }>): void {
    const held = this.#held.get(message.engine);
    if (message.type === 'entered') {
      if (held !== undefined) held.facts = message.facts;
      const call = this.#calls.get(message.call);
      // Whoever called has left meanwhile.
      if (call === undefined) this.#wire.send({ type: 'leave', engine: message.engine, id: message.id });
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
    this.lost = !this.#left;
    this.#move();
    for (const held of this.#held.values()) {
      held.report = { ...held.report, pid: undefined };
      held.holder.onEnd(errors.engineFailed('the process that ran it ended.'), [...held.places]);
    }
    this.#held.clear();
  }
}
