import type { Engine, EngineHolder, EngineSpec } from '../child-process/engine.ts';

/** Opens engines in this process, or in another process through a socket. */
export interface EngineSource {
  /** Aborts with a `HostMoved` when another source hosts the engines. Acquired slots stay valid. */
  readonly moved: AbortSignal;
  hold<Facts extends object, Event, Task extends object>(
    spec: EngineSpec,
    holder: EngineHolder<Event>,
  ): Engine<Facts, Task>;
}
