/**
 * An engine that stays usable while its source changes: waiting requests continue to wait at the next source; a request
 * with a slot ends at the source that gave the slot. Invariant: a message is sent to the source that gave the slot with
 * its id.
 */
import type { Engine, EngineHolder, EngineSlot, EngineSpec, SlotOptions } from '../child-process/engine.ts';
import type { CancelMessage } from '../child-process/engine-protocol.ts';
import type { EngineReport } from '../engine-report.ts';
import type { EngineSource } from './engine-source.ts';
import { HostMoved } from './wire.ts';

interface SourcedEngine<Facts, Task> {
  source: EngineSource;
  engine: Engine<Facts, Task>;
  slots: Set<number>;
}

export class FailoverEngine<Facts extends object, Event, Task extends object> implements Engine<Facts, Task> {
  readonly #spec: EngineSpec;
  readonly #holder: EngineHolder<Event>;
  readonly #findSource: () => Promise<EngineSource>;
  readonly #bySlot = new Map<number, SourcedEngine<Facts, Task>>();
  #current: SourcedEngine<Facts, Task> | undefined;
  #facts: Facts | undefined;
  /** Restarts at earlier sources, plus one for each change of the source. */
  #restartsBefore = 0;
  #closed = false;

  constructor(spec: EngineSpec, holder: EngineHolder<Event>, findSource: () => Promise<EngineSource>) {
    this.#spec = spec;
    this.#holder = holder;
    this.#findSource = findSource;
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
    return await this.#retryOnMove(async ({ engine }) => await engine.ready());
  }

  async acquire({ signal, priority }: SlotOptions): Promise<EngineSlot> {
    return await this.#retryOnMove(async (sourced) => {
      signal.throwIfAborted();
      const either = AbortSignal.any([signal, sourced.source.moved]);
      const slot = await sourced.engine.acquire({ signal: either, priority });
      this.#bySlot.set(slot.id, sourced);
      sourced.slots.add(slot.id);
      return { id: slot.id, release: () => this.#release(sourced, slot) };
    });
  }

  send(message: Task | CancelMessage): void {
    this.#bySlot.get((message as CancelMessage).id)?.engine.send(message);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = new Set([...this.#bySlot.values(), ...(this.#current === undefined ? [] : [this.#current])]);
    await Promise.all([...all].map(({ engine }) => engine.close()));
  }

  async #retryOnMove<T>(act: (sourced: SourcedEngine<Facts, Task>) => Promise<T>): Promise<T> {
    for (;;) {
      const source = await this.#findSource();
      try {
        return await act(this.#holdAt(source));
      } catch (error) {
        if (!(error instanceof HostMoved) || this.#closed) throw error;
      }
    }
  }

  #holdAt(source: EngineSource): SourcedEngine<Facts, Task> {
    if (this.#current?.source === source) return this.#current;
    source.moved.throwIfAborted();
    const engine = source.hold<Facts, Event, Task>(this.#spec, this.#holder);
    const sourced = { source, engine, slots: new Set<number>() };
    this.#current = sourced;
    source.moved.addEventListener('abort', () => this.#abandon(sourced), { once: true });
    return sourced;
  }

  /** Stops using a source. Its engine stays open until its slots are released. */
  #abandon(sourced: SourcedEngine<Facts, Task>): void {
    if (this.#current === sourced) {
      this.#facts = sourced.engine.facts;
      this.#restartsBefore = this.report().restarts + 1;
      this.#current = undefined;
    }
    if (sourced.slots.size === 0) void sourced.engine.close();
  }

  #release(sourced: SourcedEngine<Facts, Task>, slot: EngineSlot): void {
    this.#bySlot.delete(slot.id);
    sourced.slots.delete(slot.id);
    slot.release();
    if (this.#current !== sourced && sourced.slots.size === 0) void sourced.engine.close();
  }
}
