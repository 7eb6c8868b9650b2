/**
 * One engine process with several holders. Their requests wait in one queue, online before batch, and are processed in
 * parallel.
 * Invariants: a slot keeps the model in memory; a message goes to the holder of its task; when the last holder closes,
 * the engine ends.
 */
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { Admission } from '../admission.ts';
import { acquireSlot } from './acquire-slot.ts';
import type { Engine, EngineHolder, EngineSlot, EngineSpec, OpenEngine, SlotOptions } from './engine.ts';
import { type EngineDeps, EngineProcess } from './engine-process.ts';
import type { EngineMessage } from './engine-protocol.ts';

const closedError = () => errors.engineFailed('it was closed.');

/** Opens engines that other processes do not share. */
export function createOwnEngine(deps: EngineDeps): OpenEngine {
  return <Facts extends object, Event, Task extends object>(spec: EngineSpec, holder: EngineHolder<Event>) =>
    new SharedEngine<Facts, Event, Task>(spec, deps).hold(holder);
}

export class SharedEngine<Facts extends object, Event, Task extends object> {
  readonly #admission: Admission;
  readonly #process: EngineProcess<Facts, Event, Task>;
  readonly #holders = new Set<EngineHolder<Event>>();
  readonly #holderOf = new Map<number, EngineHolder<Event>>();
  readonly #preemptsBatch: boolean;
  /** Batch tasks that can be preempted, by slot, and whether they were sent to the engine. */
  readonly #preemptible = new Map<number, { sent: boolean }>();
  /** Starts at random, so that a holder of several engines in turn never gets the same id twice. */
  #lastId = Math.floor(Math.random() * 2 ** 48);
  readonly #onEmpty: (ended: Promise<void>) => void;

  /** `onEmpty` is called when the last holder has closed; `ended` resolves when the engine process has ended. */
  constructor(
    { program, settings, slots, maxWaiting, preemptsBatch = false }: EngineSpec,
    deps: EngineDeps,
    onEmpty: (ended: Promise<void>) => void = () => {},
  ) {
    this.#admission = new Admission(defined({ slots, maxWaiting }));
    this.#process = new EngineProcess({
      ...deps,
      settings,
      program,
      onMessage: (message) => this.#deliver(message),
      onEnd: (error) => this.#end(error),
    });
    this.#onEmpty = onEmpty;
    this.#preemptsBatch = preemptsBatch;
  }

  /** Adds a holder. It is removed when it closes the returned engine. */
  hold(holder: EngineHolder<Event>): Engine<Facts, Task> {
    const closed = new AbortController();
    const held = new Map<number, EngineSlot>();
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
      acquire: async ({ signal, priority }) => {
        const slot = await this.#acquire({ signal: AbortSignal.any([signal, closed.signal]), priority }, holder);
        const release = () => {
          held.delete(slot.id);
          slot.release();
        };
        held.set(slot.id, slot);
        return { id: slot.id, release };
      },
      send: (message) => {
        process.send(message);
        const batchTask = 'id' in message ? this.#preemptible.get(Number(message.id)) : undefined;
        if (batchTask !== undefined) batchTask.sent = true;
      },
      close: async () => {
        if (closed.signal.aborted) return;
        closed.abort(closedError());
        const ids = [...held.keys()];
        for (const { id, release } of held.values()) {
          process.send({ type: 'cancel', id });
          release();
        }
        holder.onEnd(closedError(), ids);
        await this.#remove(holder);
      },
    };
  }

  async #acquire(options: SlotOptions, holder: EngineHolder<Event>): Promise<EngineSlot> {
    const arrivedAt = performance.now();
    if (options.priority === 'online' && this.#admission.full) this.#preemptBatchTask();
    const release = await acquireSlot(this.#admission, this.#process, options);
    try {
      await this.#process.readyFor(arrivedAt, options.signal);
    } catch (error) {
      release();
      throw error;
    }
    const id = ++this.#lastId;
    this.#holderOf.set(id, holder);
    if (options.priority === 'batch' && this.#preemptsBatch) this.#preemptible.set(id, { sent: false });
    return {
      id,
      release: () => {
        this.#holderOf.delete(id);
        this.#preemptible.delete(id);
        release();
      },
    };
  }

  /**
   * Cancels the batch task that was sent last; its holder gets `engine_overloaded` and repeats it. Keeps the only batch
   * task running, so that batches make progress.
   */
  #preemptBatchTask(): void {
    if (this.#preemptible.size < 2) return;
    const id = [...this.#preemptible].findLast(([, { sent }]) => sent)?.[0];
    if (id === undefined) return;
    this.#preemptible.delete(id);
    this.#process.send({ type: 'cancel', id });
    const failure = { code: 'engine_overloaded', waiting: this.#admission.waiting } as const;
    this.#holderOf.get(id)?.onMessage({ type: 'failed', id, failure });
  }

  async #remove(holder: EngineHolder<Event>): Promise<void> {
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
    else if (message.type === 'failed') this.#holderOf.get(message.id)?.onMessage(message);
    else {
      const byHolder = Map.groupBy(message.events, ([id]) => this.#holderOf.get(id));
      for (const [holder, events] of byHolder) holder?.onMessage({ type: 'events', events });
    }
  }

  #end(error: ApiError): void {
    const byHolder = Map.groupBy(this.#holderOf, ([, holder]) => holder);
    for (const [holder, entries] of byHolder)
      holder.onEnd(
        error,
        entries.map(([id]) => id),
      );
  }
}
