/**
 * The engines of an installation, in the process that runs them: its own models hold them, and so do the processes that are attached.
 * Invariants: equal engines run once; they share one budget of memory; what an attached process held is cancelled when it is gone.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineHolder, EngineSpec } from '../child-process/engine.ts';
import { type EngineSurroundings, SharedEngine } from '../child-process/shared-engine.ts';
import { Guest } from './guest.ts';
import { HostMoved } from './wire.ts';

/** Where engines can be held: in this process, or through a socket in another one. */
export interface EngineHome {
  /** Aborts, with a HostMoved, when another home is to be asked. What is entered may go on. */
  readonly moved: AbortSignal;
  hold<Facts extends object, Event, Task extends object>(
    spec: EngineSpec,
    holder: EngineHolder<Event>,
  ): Engine<Facts, Task>;
}

export interface EngineHostOptions {
  surroundings: EngineSurroundings;
  version: string;
  /** Whether it goes on hosting when another process would. */
  leads: boolean;
}

const LOOK_MS = 20;

export class EngineHost implements EngineHome {
  readonly version: string;
  readonly leads: boolean;
  readonly #surroundings: EngineSurroundings;
  readonly #moved = new AbortController();
  // What is kept under a key is what its own spec made.
  readonly #engines = new Map<string, SharedEngine<object, unknown, object>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #guests = new Map<Guest, Socket>();

  constructor({ surroundings, version, leads }: EngineHostOptions) {
    this.#surroundings = surroundings;
    this.version = version;
    this.leads = leads;
  }

  get moved(): AbortSignal {
    return this.#moved.signal;
  }

  hold<Facts extends object, Event, Task extends object>(
    spec: EngineSpec,
    holder: EngineHolder<Event>,
  ): Engine<Facts, Task> {
    const key = keyOf(spec);
    const forget = (ended: Promise<void>) => {
      this.#engines.delete(key);
      this.#ending.add(ended);
      void ended.then(() => this.#ending.delete(ended));
    };
    const engine = this.#engines.get(key) ?? new SharedEngine(spec, this.#surroundings, forget);
    this.#engines.set(key, engine);
    return engine.hold(holder as EngineHolder<unknown>) as Engine<Facts, Task>;
  }

  /** A process attaches. */
  accept(socket: Socket): void {
    const guest = new Guest(this, socket);
    this.#guests.set(guest, socket);
    socket.once('close', () => this.#guests.delete(guest));
  }

  /** Takes nothing new; what was begun may end here. Idempotent. */
  move(): void {
    if (this.moved.aborted) return;
    this.#moved.abort(new HostMoved('another process hosts the engines'));
    for (const guest of this.#guests.keys()) guest.tellMoved();
  }

  /** Moves, and ends when nobody is attached any more, at the latest after the grace period. */
  async close(graceMs: number): Promise<void> {
    this.move();
    const deadline = performance.now() + graceMs;
    while (this.#guests.size > 0 && performance.now() < deadline) await sleep(LOOK_MS);
    const closed = [...this.#guests.values()].map((socket) => once(socket.destroy(), 'close'));
    await Promise.all(closed);
    await Promise.all(this.#ending);
  }
}

/** How many threads are free differs from process to process: whoever comes first decides. */
function keyOf({ program, settings }: EngineSpec): string {
  const { threads: _, ...rest } = settings;
  return JSON.stringify([program, Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
