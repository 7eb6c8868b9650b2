/**
 * The protocol between the server and an engine process, over Node's IPC channel with structured clones. Each engine
 * defines its `Facts`, `Event` and `Task`. Invariant: a task yields events up to a last one, or one `failed`, unless it
 * was cancelled.
 */
import type { Failure } from './failure.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** `Task`: work for the engine, with an id. */
export type ToEngine<Settings, Task> = { type: 'load'; settings: Settings } | GrantMessage | Task | CancelMessage;

/** The engine may allocate the memory that it claimed. */
export interface GrantMessage {
  type: 'grant';
}

/** Claims memory while the model is being loaded. `bytes` is the total, not an addition. */
export interface ClaimMessage {
  type: 'claim';
  bytes: number;
}

export interface CancelMessage {
  type: 'cancel';
  id: number;
}

export type EngineMessage<Event> =
  /** Events in order. The engine sends several events in one message where it can. */
  { type: 'events'; events: [id: number, event: Event][] } | { type: 'failed'; id: number; failure: Failure };

export type FromEngine<Facts, Event> =
  | EngineMessage<Event>
  | ClaimMessage
  | { type: 'loaded'; facts: Facts }
  | { type: 'unloadable'; failure: Failure }
  | { type: 'log'; level: LogLevel; message: string };
