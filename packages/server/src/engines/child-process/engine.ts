/**
 * An engine as its adapter sees it: slots to wait for, tasks to send, messages to receive. The adapter does not depend
 * on which process runs the engine. Invariant: a task is sent between `acquire` and `release` of a slot, under the id
 * of that slot.
 */
import type { ApiError } from '../../errors/api-error.ts';
import type { EngineReport } from '../engine-report.ts';
import type { GenerateOptions } from '../language-model.ts';
import type { CancelMessage, EngineMessage } from './engine-protocol.ts';

export interface EngineSpec {
  /** Path of the program that runs in the engine's process. */
  program: string;
  /** Sent to the program unchanged. Specs with equal settings, apart from `threads`, mean the same engine. */
  settings: { modelId: string; threads: number };
  /** Requests that the engine processes in parallel. */
  slots: number;
  /** Maximum number of waiting requests. Default 256. */
  maxWaiting?: number;
  /**
   * Whether an online request that would wait preempts a batch task (`engine_overloaded`). For engines with long tasks.
   * Default false.
   */
  preemptsBatch?: boolean;
}

/** `Event`: an event of a task. */
export interface EngineHolder<Event> {
  /** Receives only messages about tasks of this holder. */
  onMessage(message: EngineMessage<Event>): void;
  /** The engine's process died, or the engine was closed: the tasks with these ids have failed. */
  onEnd(error: ApiError, ids: readonly number[]): void;
}

/** The right to run one task. */
export interface EngineSlot {
  /** The id of the task. */
  id: number;
  /** Idempotent. */
  release(): void;
}

export type SlotOptions = Pick<GenerateOptions, 'signal' | 'priority'>;

export interface Engine<Facts, Task> {
  /** The facts that the model reported when it was last loaded. */
  readonly facts: Facts | undefined;
  report(): EngineReport;
  /** Resolves when the model is loaded. Rejects when it cannot be loaded. */
  ready(): Promise<Facts>;
  /**
   * Waits for a slot, then until the model is loaded. Throws as `Admission.acquire` and `EngineProcess.readyFor` do.
   */
  acquire(options: SlotOptions): Promise<EngineSlot>;
  /** Drops the message without an error if the process has died: `onEnd` reports that. */
  send(message: Task | CancelMessage): void;
  /** Tasks that run or wait fail with `engine_failed`. */
  close(): Promise<void>;
}

export type OpenEngine = <Facts extends object, Event, Task extends object>(
  spec: EngineSpec,
  holder: EngineHolder<Event>,
) => Engine<Facts, Task>;
