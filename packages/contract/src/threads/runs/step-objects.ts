/** The object of a run's step, and its deltas in streams. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { page } from '../../common/pages.ts';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { RunStepCompletionUsage } from './objects.ts';
import {
  RunStepDeltaStepDetailsToolCallsCodeObject,
  RunStepDeltaStepDetailsToolCallsFileSearchObject,
  RunStepDetailsToolCallsCodeObject,
  RunStepDetailsToolCallsFileSearchObject,
} from './tool-call-objects.ts';

export const RunStepDetailsMessageCreationObject = named(
  'RunStepDetailsMessageCreationObject',
  Type.Object({
    type: Type.Literal('message_creation'),
    message_creation: Type.Object({ message_id: Type.String({ description: 'Id of the created message.' }) }),
  }),
);
export type RunStepDetailsMessageCreationObject = Static<typeof RunStepDetailsMessageCreationObject>;

export const RunStepDetailsToolCallsFunctionObject = named(
  'RunStepDetailsToolCallsFunctionObject',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('function'),
    function: Type.Object({
      name: Type.String(),
      arguments: Type.String({ description: 'JSON text that the model generated.' }),
      output: nullable(Type.String(), { description: 'The submitted output; null until it is submitted.' }),
    }),
  }),
);
export type RunStepDetailsToolCallsFunctionObject = Static<typeof RunStepDetailsToolCallsFunctionObject>;

export const RunStepDetailsToolCallsObject = named(
  'RunStepDetailsToolCallsObject',
  Type.Object({
    type: Type.Literal('tool_calls'),
    tool_calls: Type.Array(
      tagged('type', [
        RunStepDetailsToolCallsCodeObject,
        RunStepDetailsToolCallsFileSearchObject,
        RunStepDetailsToolCallsFunctionObject,
      ]),
    ),
  }),
);
export type RunStepDetailsToolCallsObject = Static<typeof RunStepDetailsToolCallsObject>;

const time = (what: string) => nullable(Type.Integer(), { description: `Unix time in seconds at which it ${what}.` });

export const RunStepObject = named(
  'RunStepObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.run.step'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    assistant_id: Type.String(),
    thread_id: Type.String(),
    run_id: Type.String(),
    type: oneOf(['message_creation', 'tool_calls']),
    status: oneOf(['in_progress', 'cancelled', 'failed', 'completed', 'expired']),
    step_details: tagged('type', [RunStepDetailsMessageCreationObject, RunStepDetailsToolCallsObject]),
    last_error: nullable(
      Type.Object({ code: oneOf(['server_error', 'rate_limit_exceeded']), message: Type.String() }),
      { description: 'Why the step failed.' },
    ),
    expired_at: time('expired with its run'),
    cancelled_at: time('was cancelled'),
    failed_at: time('failed'),
    completed_at: time('was completed'),
    metadata: ref(Metadata),
    usage: ref(RunStepCompletionUsage),
  }),
);
export type RunStepObject = Static<typeof RunStepObject>;

export const ListRunStepsResponse = page('ListRunStepsResponse', RunStepObject);
export type ListRunStepsResponse = Static<typeof ListRunStepsResponse>;

export const RunStepDeltaStepDetailsMessageCreationObject = named(
  'RunStepDeltaStepDetailsMessageCreationObject',
  Type.Object({
    type: Type.Literal('message_creation'),
    message_creation: Type.Optional(Type.Object({ message_id: Type.Optional(Type.String()) })),
  }),
);

export const RunStepDeltaStepDetailsToolCallsFunctionObject = named(
  'RunStepDeltaStepDetailsToolCallsFunctionObject',
  Type.Object({
    index: Type.Integer({ description: 'Index of the call, from 0.' }),
    id: Type.Optional(Type.String()),
    type: Type.Literal('function'),
    function: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String()),
        arguments: Type.Optional(Type.String({ description: 'Continuation of the arguments.' })),
        output: Type.Optional(nullable(Type.String())),
      }),
    ),
  }),
);

export const RunStepDeltaStepDetailsToolCallsObject = named(
  'RunStepDeltaStepDetailsToolCallsObject',
  Type.Object({
    type: Type.Literal('tool_calls'),
    tool_calls: Type.Optional(
      Type.Array(
        tagged('type', [
          RunStepDeltaStepDetailsToolCallsCodeObject,
          RunStepDeltaStepDetailsToolCallsFileSearchObject,
          RunStepDeltaStepDetailsToolCallsFunctionObject,
        ]),
      ),
    ),
  }),
);

export const RunStepDeltaObject = named(
  'RunStepDeltaObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.run.step.delta'),
    delta: Type.Object({
      step_details: Type.Optional(
        tagged('type', [RunStepDeltaStepDetailsMessageCreationObject, RunStepDeltaStepDetailsToolCallsObject]),
      ),
    }),
  }),
);
export type RunStepDeltaObject = Static<typeof RunStepDeltaObject>;
