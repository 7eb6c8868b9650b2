/**
 * An engine that stays the same for its model while its home changes: what waits goes on waiting at the next home, what was begun ends at
 * the one where it began. Invariant: a message goes to the home that gave the place it speaks of.
 */
import type { Engine, EngineHolder, EngineSpec, EnterOptions, Place } from '../child-process/engine.ts';
import type { CancelMessage } from '../child-process/messages.ts';
import type { EngineReport } from '../engine-report.ts';
import type { EngineHome } from './engine-host.ts';
import { HostMoved } from './wire.ts';

interface Stay<Facts, Task> {
  home: EngineHome;
  engine: Engine<Facts, Task>;
  places: Set<number>;
}

export class RoamingEngine<Facts extends object, Event, Task extends object> implements Engine<Facts, Task> {
  readonly #spec: EngineSpec;
  readonly #holder: EngineHolder<Event>;
  readonly #findHome: () => Promise<EngineHome>;
  readonly #stays = new Map<number, Stay<Facts, Task>>();
  #current: Stay<Facts, Task> | undefined;
  #facts: Facts | undefined;
  /** Homes that were lost, and restarts in them. */
  #restartsBefore = 0;
  #closed = false;

  constructor(spec: EngineSpec, holder: EngineHolder<Event>, findHome: () => Promise<EngineHome>) {
    this.#spec = spec;
    this.#holder = holder;
    this.#findHome = findHome;
  }

  get facts(): Facts | undefined {
    return this.#current?.engine.facts ?? this.#facts;
  }

  report(): EngineReport {
    const report = this.#current?.engine.report() ?? {
      pid: undefined,
      waiting: 0,
      busy: 0,
      restarts: 0,
      isDown: false,
    };
    return { ...report, restarts: report.restarts + this.#restartsBefore };
  }

  async ready(): Promise<Facts> {
    return await this.#try(async ({ engine }) => await engine.ready());
  }

  async enter({ signal, priority }: EnterOptions): Promise<Place> {
    return await this.#try(async (stay) => {
      signal.throwIfAborted();
      const either = AbortSignal.any([signal, stay.home.moved]);
      const place = await stay.engine.enter({ signal: either, priority });
      this.#stays.set(place.id, stay);
      stay.places.add(place.id);
      return { id: place.id, leave: () => this.#leave(stay, place) };
    });
  }

  send(message: Task | CancelMessage): void {
    this.#stays.get((message as CancelMessage).id)?.engine.send(message);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const stays = new Set([...this.#stays.values(), ...(this.#current === undefined ? [] : [this.#current])]);
    await Promise.all([...stays].map(({ engine }) => engine.close()));
  }

  async #try<T>(act: (stay: Stay<Facts, Task>) => Promise<T>): Promise<T> {
    for (;;) {
      const home = await this.#findHome();
      try {
        return await act(this.#settle(home));
      } catch (error) {
        if (!(error instanceof HostMoved) || this.#closed) throw error;
      }
    }
  }

  #settle(home: EngineHome): Stay<Facts, Task> {
    if (this.#current?.home === home) return this.#current;
    home.moved.throwIfAborted();
    const stay = { home, engine: home.hold<Facts, Event, Task>(this.#spec, this.#holder), places: new Set<number>() };
    this.#current = stay;
    const move = () => this.#move(stay);
    home.moved.addEventListener('abort', move, { once: true });
    return stay;
  }

  #move(stay: Stay<Facts, Task>): void {
    if (this.#current === stay) {
      this.#facts = stay.engine.facts;
      this.#restartsBefore = this.report().restarts + 1;
      this.#current = undefined;
    }
    if (stay.places.size === 0) void stay.engine.close();
  }

  #leave(stay: Stay<Facts, Task>, place: Place): void {
    this.#stays.delete(place.id);
    stay.places.delete(place.id);
    place.leave();
    if (this.#current !== stay && stay.places.size === 0) void stay.engine.close();
  }
}
