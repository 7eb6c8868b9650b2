/** Accumulates the steps of a streamed run, and emits events about their tool calls. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';
import { accumulateDelta } from './accumulate-delta.ts';
import type { Emit } from './run-messages.ts';

export type Step = Wire.RunStepObject;
type StepDelta = Wire.RunStepDeltaObject['delta'];
type ToolCall = Extract<Step['step_details'], { type: 'tool_calls' }>['tool_calls'][number];
type ToolCallDelta = NonNullable<
  Extract<NonNullable<StepDelta['step_details']>, { type: 'tool_calls' }>['tool_calls']
>[number];

export interface StepEvents {
  runStepCreated: [step: Step];
  runStepDelta: [delta: StepDelta, snapshot: Step];
  runStepDone: [step: Step, snapshot: Step];
  toolCallCreated: [call: ToolCall];
  toolCallDelta: [delta: ToolCallDelta, snapshot: ToolCall];
  toolCallDone: [call: ToolCall];
}

const ENDS = new Set(['completed', 'failed', 'cancelled', 'expired']);

export class StepAccumulator {
  readonly #emit: Emit<StepEvents>;
  readonly #steps = new Map<string, Step>();
  #current: Step | undefined;
  /** Position of the tool call that grows. */
  #call: number | undefined;

  constructor(emit: Emit<StepEvents>) {
    this.#emit = emit;
  }

  get current(): Step | undefined {
    return this.#current;
  }

  get all(): Step[] {
    return [...this.#steps.values()];
  }

  add({ event, data }: Wire.AssistantStreamEvent): void {
    if (event === 'thread.run.step.delta') this.#grow(data.id, data.delta);
    else if (event === 'thread.run.step.created') this.#start(data);
    else if (event === 'thread.run.step.in_progress') this.#set(data);
    else if (ENDS.has(event.slice('thread.run.step.'.length))) this.#end(data as Step);
  }

  /** Ends the current tool call, if there is one: the run waits for its output. */
  endToolCall(): void {
    const call = this.#callAt(this.#current, this.#call);
    this.#call = undefined;
    if (call !== undefined) this.#emit('toolCallDone', call);
  }

  #start(step: Step): void {
    this.#call = undefined;
    this.#set(step);
    this.#emit('runStepCreated', step);
  }

  #set(step: Step): void {
    this.#current = step;
    this.#steps.set(step.id, step);
  }

  #grow(id: string, delta: StepDelta): void {
    const step = this.#steps.get(id);
    if (step === undefined) throw new SelfsameError('a step grew before it was created');
    this.#current = step;
    accumulateDelta(step as object as Record<string, unknown>, structuredClone({ ...delta }));
    const details = delta.step_details;
    if (details?.type === 'tool_calls') for (const call of details.tool_calls ?? []) this.#growToolCall(step, call);
    this.#emit('runStepDelta', delta, step);
  }

  #growToolCall(step: Step, delta: ToolCallDelta): void {
    const call = this.#callAt(step, delta.index);
    if (call === undefined) return;
    if (delta.index === this.#call) {
      this.#emit('toolCallDelta', delta, call);
      return;
    }
    this.endToolCall();
    this.#call = delta.index;
    this.#emit('toolCallCreated', call);
  }

  #callAt(step: Step | undefined, index: number | undefined): ToolCall | undefined {
    const details = step?.step_details;
    return details?.type === 'tool_calls' && index !== undefined ? details.tool_calls[index] : undefined;
  }

  #end(step: Step): void {
    if (step.step_details.type === 'tool_calls') this.endToolCall();
    this.#call = undefined;
    this.#set(step);
    this.#emit('runStepDone', step, step);
    this.#current = undefined;
  }
}
