/** One attached process, seen by the host: what it holds, and what it waits for. Invariant: nothing of it stays when its socket closes. */
import type { Socket } from 'node:net';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { Engine, EngineSpec, Place } from '../child-process/engine.ts';
import type { EngineHost } from './engine-host.ts';
import { createWire, type FromHost, type ToHost, toWireError, type Wire } from './wire.ts';

interface Held {
  engine: Engine<object, object>;
  places: Map<number, Place>;
  /** As the guest was told last. */
  reported: string;
}

const REPORT_MS = 500;
const ENGINES = fileURLToPath(new URL('..', import.meta.url));

/** A program's path within this package: a process that attaches names no other file to run. */
export function toProgramName(program: string): string {
  return relative(ENGINES, program);
}

function fromProgramName(name: string): string {
  const path = join(ENGINES, name);
  const inside = relative(ENGINES, path);
  if (inside.startsWith('..') || isAbsolute(inside)) throw errors.engineFailed('it is no program of this package.');
  return path;
}

export class Guest {
  readonly #host: EngineHost;
  readonly #wire: Wire<FromHost>;
  readonly #held = new Map<number, Held>();
  readonly #calls = new Map<number, AbortController>();

  constructor(host: EngineHost, socket: Socket) {
    this.#host = host;
    this.#wire = createWire<ToHost, FromHost>(socket, (message) => this.#receive(message));
    const reports = setInterval(() => this.#report(), REPORT_MS).unref();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(reports);
      this.#leave();
    });
  }

  tellMoved(): void {
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
      else if (message.type === 'leave') held.places.get(message.id)?.leave();
      else if (message.type === 'ready') this.#answer(message.call, () => this.#ready(held, message.call));
      else if (message.type === 'enter') this.#answer(message.call, (signal) => this.#enter(held, message, signal));
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
    this.#held.set(engine, { engine: opened, places: new Map(), reported: '' });
  }

  #answer(call: number, act: (signal: AbortSignal) => Promise<void>): void {
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

  async #ready({ engine }: Held, call: number): Promise<void> {
    const facts = await engine.ready();
    this.#report();
    this.#wire.send({ type: 'ready', call, facts });
  }

  async #enter(
    { engine, places }: Held,
    { engine: number, call, priority }: Extract<ToHost, { type: 'enter' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const place = await engine.enter({ signal, priority });
    if (signal.aborted) return place.leave();
    const leave = () => {
      places.delete(place.id);
      place.leave();
    };
    places.set(place.id, { id: place.id, leave });
    this.#report();
    this.#wire.send({ type: 'entered', engine: number, call, id: place.id, facts: engine.facts });
  }

  #report(): void {
    for (const [engine, held] of this.#held) {
      const report = held.engine.report();
      const text = JSON.stringify(report);
      if (text === held.reported) continue;
      held.reported = text;
      this.#wire.send({ type: 'report', engine, report });
    }
  }

  #leave(): void {
    for (const call of this.#calls.values()) call.abort();
    for (const { engine } of this.#held.values()) void engine.close();
    this.#held.clear();
  }
}
