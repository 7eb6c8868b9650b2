/**
 * What the server and an engine process say to each other, over Node's IPC channel with structured clones. `Facts`, `Event` and `Task`
 * are the engine's own. Invariant: every task is answered by events up to a last one, or by one `failed`, unless it was cancelled.
 */
import type { Failure } from './failure.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/** `Task`: what the engine is asked to do, with an id. */
export type ToEngine<Settings, Task> = { type: 'load'; settings: Settings } | RoomMessage | Task | CancelMessage;

/** The memory that was asked for is the engine's. */
export interface RoomMessage {
  type: 'room';
}

/** Asks for so much memory in all, while the model is being loaded. */
export interface NeedMessage {
  type: 'need';
  bytes: number;
}

export interface CancelMessage {
  type: 'cancel';
  id: number;
}

export type EngineMessage<Event> =
  /** In order, and as few messages as the engine can make of them. */
  { type: 'events'; events: [id: number, event: Event][] } | { type: 'failed'; id: number; failure: Failure };

export type FromEngine<Facts, Event> =
  | EngineMessage<Event>
  | NeedMessage
  | { type: 'loaded'; facts: Facts }
  | { type: 'unloadable'; failure: Failure }
  | { type: 'log'; level: LogLevel; message: string };
