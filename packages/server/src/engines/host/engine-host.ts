/**
 * Runs the engines of an installation in this process, for the models of this process and for connected client
 * processes.
 * Invariants: engines with equal specs run once; all engines share one memory budget; when a client disconnects, its
 * tasks are cancelled.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineHolder, EngineSpec } from '../child-process/engine.ts';
import type { EngineDeps } from '../child-process/engine-process.ts';
import { SharedEngine } from '../child-process/shared-engine.ts';
import { ClientConnection, type ConnectionHost } from './client-connection.ts';
import { HostMoved } from './wire.ts';

export interface EngineHostOptions {
  deps: EngineDeps;
  version: string;
  /** Whether this process keeps hosting when a process that does not lead connects. */
  leads: boolean;
}

const POLL_MS = 20;

export class EngineHost implements ConnectionHost {
  readonly version: string;
  readonly leads: boolean;
  readonly #deps: EngineDeps;
  readonly #moved = new AbortController();
  /** By `keyOf(spec)`, which also fixes the type parameters. */
  readonly #engines = new Map<string, SharedEngine<object, unknown, object>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #clients = new Map<ClientConnection, Socket>();

  constructor({ deps, version, leads }: EngineHostOptions) {
    this.#deps = deps;
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
    const onEmpty = (ended: Promise<void>) => {
      this.#engines.delete(key);
      this.#ending.add(ended);
      void ended.then(() => this.#ending.delete(ended));
    };
    const engine = this.#engines.get(key) ?? new SharedEngine(spec, this.#deps, onEmpty);
    this.#engines.set(key, engine);
    return engine.hold(holder as EngineHolder<unknown>) as Engine<Facts, Task>;
  }

  /** Serves a client process on `socket`. */
  accept(socket: Socket): void {
    const client = new ClientConnection(this, socket);
    this.#clients.set(client, socket);
    socket.once('close', () => this.#clients.delete(client));
  }

  /** Stops accepting new requests; tasks that have a slot may finish here. Idempotent. */
  move(): void {
    if (this.moved.aborted) return;
    this.#moved.abort(new HostMoved('another process hosts the engines'));
    for (const client of this.#clients.keys()) client.announceMove();
  }

  /** Moves, then resolves when all clients have disconnected. Disconnects the remaining ones after the grace period. */
  async close(graceMs: number): Promise<void> {
    this.move();
    const deadline = performance.now() + graceMs;
    while (this.#clients.size > 0 && performance.now() < deadline) await sleep(POLL_MS);
    const closed = [...this.#clients.values()].map((socket) => once(socket.destroy(), 'close'));
    await Promise.all(closed);
    await Promise.all(this.#ending);
  }
}

/** Leaves out `threads`, which differs from process to process: the first holder of an engine decides it. */
function keyOf({ program, settings }: EngineSpec): string {
  const { threads: _, ...rest } = settings;
  return JSON.stringify([program, Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
