/**
 * The host's side of a connection to a client process: the engines and slots that the client holds, and its open calls.
 * Invariant: when the socket closes, every engine and slot of the client is released.
 */
import type { Socket } from 'node:net';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { Engine, EngineSlot, EngineSpec } from '../child-process/engine.ts';
import type { EngineSource } from './engine-source.ts';
import { fromProgramName } from './program-name.ts';
import { createWire, type FromHost, type ToHost, toWireError, type Wire } from './wire.ts';

/** The part of the host that a connection uses. */
export interface ConnectionHost extends EngineSource {
  readonly version: string;
  readonly leads: boolean;
  move(): void;
}

interface HeldEngine {
  engine: Engine<object, object>;
  slots: Map<number, EngineSlot>;
  /** The last report that was sent to the client, as JSON. */
  reported: string;
}

const REPORT_INTERVAL_MS = 500;

export class ClientConnection {
  readonly #host: ConnectionHost;
  readonly #wire: Wire<FromHost>;
  readonly #held = new Map<number, HeldEngine>();
  readonly #calls = new Map<number, AbortController>();

  constructor(host: ConnectionHost, socket: Socket) {
    this.#host = host;
    this.#wire = createWire<ToHost, FromHost>(socket, (message) => this.#receive(message));
    const reports = setInterval(() => this.#report(), REPORT_INTERVAL_MS).unref();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(reports);
      this.#releaseAll();
    });
  }

  announceMove(): void {
    for (const call of this.#calls.values()) call.abort();
    this.#wire.send({ type: 'moved' });
  }

  #receive(message: ToHost): void {
    if (message.type === 'hello') this.#greet(message);
    else if (message.type === 'open') this.#open(message.engine, message.spec);
    else if (message.type === 'ping') this.#wire.send({ type: 'pong' });
    else if (message.type === 'abort') this.#calls.get(message.call)?.abort();
    else {
      const held = this.#held.get(message.engine);
      if (held === undefined) return;
      if (message.type === 'task') held.engine.send(message.message);
      else if (message.type === 'release') held.slots.get(message.id)?.release();
      else if (message.type === 'ready') this.#run(message.call, () => this.#ready(held, message.call));
      else if (message.type === 'acquire') this.#run(message.call, (signal) => this.#acquire(held, message, signal));
      else {
        this.#held.delete(message.engine);
        void held.engine.close();
      }
    }
  }

  #greet({ version, leads }: Extract<ToHost, { type: 'hello' }>): void {
    if (version !== this.#host.version) {
      this.#wire.send({ type: 'wrong-version', version: this.#host.version });
      this.#wire.end();
      return;
    }
    if (leads && !this.#host.leads) this.#host.move();
    this.#wire.send(this.#host.moved.aborted ? { type: 'moved' } : { type: 'hello', pid: process.pid });
  }

  #open(engine: number, { program, ...spec }: EngineSpec): void {
    const opened = this.#host.hold<object, unknown, object>(
      { ...spec, program: fromProgramName(program) },
      {
        onMessage: (message) => this.#wire.send({ type: 'message', engine, message }),
        onEnd: (error, ids) => {
          this.#report();
          this.#wire.send({ type: 'ended', engine, error: toWireError(error), ids });
        },
      },
    );
    this.#held.set(engine, { engine: opened, slots: new Map(), reported: '' });
  }

  /** Runs `act`, which sends the result of the call, and sends `refused` if it fails. */
  #run(call: number, act: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    this.#calls.set(call, controller);
    act(controller.signal)
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        const known = error instanceof ApiError ? error : errors.engineFailed('it cannot be reached.', error);
        this.#wire.send({ type: 'refused', call, error: toWireError(known) });
      })
      .finally(() => this.#calls.delete(call));
  }

  async #ready({ engine }: HeldEngine, call: number): Promise<void> {
    const facts = await engine.ready();
    this.#report();
    this.#wire.send({ type: 'ready', call, facts });
  }

  async #acquire(
    { engine, slots }: HeldEngine,
    { engine: number, call, priority }: Extract<ToHost, { type: 'acquire' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const slot = await engine.acquire({ signal, priority });
    if (signal.aborted) return slot.release();
    const release = () => {
      slots.delete(slot.id);
      slot.release();
    };
    slots.set(slot.id, { id: slot.id, release });
    this.#report();
    this.#wire.send({ type: 'acquired', engine: number, call, id: slot.id, facts: engine.facts });
  }

  /** Sends the reports that have changed. */
  #report(): void {
    for (const [engine, held] of this.#held) {
      const report = held.engine.report();
      const text = JSON.stringify(report);
      if (text === held.reported) continue;
      held.reported = text;
      this.#wire.send({ type: 'report', engine, report });
    }
  }

  #releaseAll(): void {
    for (const call of this.#calls.values()) call.abort();
    for (const { engine } of this.#held.values()) void engine.close();
    this.#held.clear();
  }
}
