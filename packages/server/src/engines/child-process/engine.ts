/**
 * An engine as its adapter sees it: a line to wait in, tasks for it, messages from it. Which process runs it is not the adapter's business.
 * Invariant: a task is sent only between `enter` and the leaving of what it gave, under the id that it gave.
 */
import type { ApiError } from '../../errors/api-error.ts';
import type { EngineReport } from '../engine-report.ts';
import type { GenerateOptions } from '../language-model.ts';
import type { CancelMessage, EngineMessage } from './messages.ts';

export interface EngineSpec {
  /** Path of the program that runs in the engine's process. */
  program: string;
  /** Sent to the program as they are. Equal settings, but for `threads`, mean the same engine. */
  settings: { modelId: string; threads: number };
  /** Requests that it works on at once. */
  slots: number;
  /** Most requests that wait. Default 256. */
  maxWaiting?: number;
  /** Whether a task keeps its slot for long, so that one of a batch makes room (`engine_overloaded`) for somebody who would wait. Default false. */
  makesRoom?: boolean;
}

/** `Event`: what the engine tells of its work. */
export interface EngineHolder<Event> {
  /** Only of tasks that were entered here. */
  onMessage(message: EngineMessage<Event>): void;
  /** The engine's process died, or the engine was closed: what was entered under these ids is lost. */
  onEnd(error: ApiError, ids: readonly number[]): void;
}

/** The right to have one task worked on. */
export interface Place {
  /** To be the task's own. */
  id: number;
  /** Twice is harmless. */
  leave(): void;
}

export type EnterOptions = Pick<GenerateOptions, 'signal' | 'priority'>;

export interface Engine<Facts, Task> {
  /** What the loaded model told about itself, last time. */
  readonly facts: Facts | undefined;
  report(): EngineReport;
  /** Resolves when the model is loaded. Rejects when it cannot be. */
  ready(): Promise<Facts>;
  /** Waits for a slot, then until the model is loaded. Throws what `Admission.enter` and `EngineProcess.readyFor` throw. */
  enter(options: EnterOptions): Promise<Place>;
  /** Lost without a word when the process is gone: `onEnd` speaks for it. */
  send(message: Task | CancelMessage): void;
  /** What was entered, or waits to be, ends with `engine_failed`. */
  close(): Promise<void>;
}

export type OpenEngine = <Facts extends object, Event, Task extends object>(
  spec: EngineSpec,
  holder: EngineHolder<Event>,
) => Engine<Facts, Task>;
