/**
 * One engine for all who hold it: they wait in one line, online before batch, and their tasks are worked on together.
 * Invariants: whoever has a place keeps the model in memory; a message goes to the one whose task it speaks of; the last holder to
 * close ends the engine.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import type { Engine, EngineHolder, EngineSpec, EnterOptions, OpenEngine, Place } from './engine.ts';
import { type EngineLog, EngineProcess, type ResidenceSettings } from './engine-process.ts';
import { enter } from './enter.ts';
import type { EngineMessage } from './messages.ts';

export interface EngineSurroundings extends ResidenceSettings {
  log: EngineLog;
}

const closedError = () => errors.engineFailed('it was closed.');

/** An engine that only this process uses. */
export function createOwnEngine(surroundings: EngineSurroundings): OpenEngine {
  return <Facts extends object, Event, Task extends object>(spec: EngineSpec, holder: EngineHolder<Event>) =>
    new SharedEngine<Facts, Event, Task>(spec, surroundings).hold(holder);
}

export class SharedEngine<Facts extends object, Event, Task extends object> {
  readonly #admission: Admission;
  readonly #process: EngineProcess<Facts, Event, Task>;
  readonly #holders = new Set<EngineHolder<Event>>();
  readonly #owners = new Map<number, EngineHolder<Event>>();
  readonly #makesRoom: boolean;
  /** Tasks of batches that can be asked to make room, and whether they were sent. */
  readonly #ofBatches = new Map<number, { sent: boolean }>();
  /** Whoever holds several engines one after the other gets no id twice. */
  #lastId = Math.floor(Math.random() * 2 ** 48);

  /** `onEmpty`: the last holder has left, and the engine ends, which is not at once. */
  constructor(
    { program, settings, slots, maxWaiting, makesRoom = false }: EngineSpec,
    { log, ...residence }: EngineSurroundings,
    onEmpty: (ended: Promise<void>) => void = () => {},
  ) {
    this.#admission = new Admission({ slots, ...(maxWaiting === undefined ? {} : { maxWaiting }) });
    this.#process = new EngineProcess({
      settings,
      program,
      log,
      ...residence,
      onMessage: (message) => this.#deliver(message),
      onEnd: (error) => this.#end(error),
    });
    this.#onEmpty = onEmpty;
    this.#makesRoom = makesRoom;
  }

  readonly #onEmpty: (ended: Promise<void>) => void;

  /** One more who uses the engine, until it closes what this returns. */
  hold(holder: EngineHolder<Event>): Engine<Facts, Task> {
    const closed = new AbortController();
    const held = new Map<number, Place>();
    const process = this.#process;
    this.#holders.add(holder);
    return {
      get facts() {
        return process.facts;
      },
      report: () => {
        const { waiting, busy } = this.#admission;
        return { pid: process.pid, waiting, busy, restarts: process.restarts, isDown: process.isDown };
      },
      ready: () => process.ready({ signal: closed.signal }),
      enter: async ({ signal, priority }) => {
        const place = await this.#enter({ signal: AbortSignal.any([signal, closed.signal]), priority }, holder);
        const leave = () => {
          held.delete(place.id);
          place.leave();
        };
        held.set(place.id, place);
        return { id: place.id, leave };
      },
      send: (message) => {
        process.send(message);
        const ofBatch = 'id' in message ? this.#ofBatches.get(Number(message.id)) : undefined;
        if (ofBatch !== undefined) ofBatch.sent = true;
      },
      close: async () => {
        if (closed.signal.aborted) return;
        closed.abort(closedError());
        const ids = [...held.keys()];
        for (const { id, leave } of held.values()) {
          process.send({ type: 'cancel', id });
          leave();
        }
        holder.onEnd(closedError(), ids);
        await this.#leave(holder);
      },
    };
  }

  async #enter(options: EnterOptions, holder: EngineHolder<Event>): Promise<Place> {
    const arrivedAt = performance.now();
    if (options.priority === 'online' && this.#admission.full) this.#makeRoom();
    const leave = await enter(this.#admission, this.#process, options);
    try {
      await this.#process.readyFor(arrivedAt, options.signal);
    } catch (error) {
      leave();
      throw error;
    }
    const id = ++this.#lastId;
    this.#owners.set(id, holder);
    if (options.priority === 'batch' && this.#makesRoom) this.#ofBatches.set(id, { sent: false });
    return {
      id,
      leave: () => {
        this.#owners.delete(id);
        this.#ofBatches.delete(id);
        leave();
      },
    };
  }

  /** The latest task of a batch ends, to come again when there is room. One is left where it is, so that batches go on. */
  #makeRoom(): void {
    if (this.#ofBatches.size < 2) return;
    const id = [...this.#ofBatches].findLast(([, { sent }]) => sent)?.[0];
    if (id === undefined) return;
    this.#ofBatches.delete(id);
    this.#process.send({ type: 'cancel', id });
    const failure = { code: 'engine_overloaded', waiting: this.#admission.waiting } as const;
    this.#owners.get(id)?.onMessage({ type: 'failed', id, failure });
  }

  async #leave(holder: EngineHolder<Event>): Promise<void> {
    this.#holders.delete(holder);
    if (this.#holders.size > 0) return;
    this.#admission.close(closedError);
    const ended = this.#process.close();
    this.#onEmpty(ended);
    await ended;
  }

  #deliver(message: EngineMessage<Event>): void {
    const [only, ...others] = this.#holders;
    if (others.length === 0) only?.onMessage(message);
    else if (message.type === 'failed') this.#owners.get(message.id)?.onMessage(message);
    else {
      const byOwner = Map.groupBy(message.events, ([id]) => this.#owners.get(id));
      for (const [owner, events] of byOwner) owner?.onMessage({ type: 'events', events });
    }
  }

  #end(error: ApiError): void {
    const byHolder = Map.groupBy(this.#owners, ([, holder]) => holder);
    for (const [holder, owned] of byHolder)
      holder.onEnd(
        error,
        owned.map(([id]) => id),
      );
  }
}
