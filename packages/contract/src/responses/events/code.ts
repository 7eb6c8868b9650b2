/** Events of calls of the code interpreter, the shell and image generation. */
import Type, { type Static } from 'typebox';
import { named, ref } from '../../schema.ts';
import { FunctionShellCallOutputContent } from '../items/shell-resources.ts';

export const ResponseCodeInterpreterCallCodeDeltaEvent = named(
  'ResponseCodeInterpreterCallCodeDeltaEvent',
  Type.Object({
    type: Type.Literal('response.code_interpreter_call_code.delta'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseCodeInterpreterCallCodeDeltaEvent = Static<typeof ResponseCodeInterpreterCallCodeDeltaEvent>;

export const ResponseCodeInterpreterCallCodeDoneEvent = named(
  'ResponseCodeInterpreterCallCodeDoneEvent',
  Type.Object({
    type: Type.Literal('response.code_interpreter_call_code.done'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    code: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseCodeInterpreterCallCodeDoneEvent = Static<typeof ResponseCodeInterpreterCallCodeDoneEvent>;

export const ResponseCodeInterpreterCallCompletedEvent = named(
  'ResponseCodeInterpreterCallCompletedEvent',
  Type.Object({
    type: Type.Literal('response.code_interpreter_call.completed'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseCodeInterpreterCallCompletedEvent = Static<typeof ResponseCodeInterpreterCallCompletedEvent>;

export const ResponseCodeInterpreterCallInProgressEvent = named(
  'ResponseCodeInterpreterCallInProgressEvent',
  Type.Object({
    type: Type.Literal('response.code_interpreter_call.in_progress'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseCodeInterpreterCallInProgressEvent = Static<typeof ResponseCodeInterpreterCallInProgressEvent>;

export const ResponseCodeInterpreterCallInterpretingEvent = named(
  'ResponseCodeInterpreterCallInterpretingEvent',
  Type.Object({
    type: Type.Literal('response.code_interpreter_call.interpreting'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseCodeInterpreterCallInterpretingEvent = Static<typeof ResponseCodeInterpreterCallInterpretingEvent>;

export const ResponseShellCallCommandAddedStreamingEvent = named(
  'ResponseShellCallCommandAddedStreamingEvent',
  Type.Object({
    type: Type.Literal('response.shell_call_command.added', { default: 'response.shell_call_command.added' }),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    command_index: Type.Integer(),
    command: Type.String(),
  }),
);
export type ResponseShellCallCommandAddedStreamingEvent = Static<typeof ResponseShellCallCommandAddedStreamingEvent>;

export const ResponseShellCallCommandDeltaStreamingEvent = named(
  'ResponseShellCallCommandDeltaStreamingEvent',
  Type.Object({
    type: Type.Literal('response.shell_call_command.delta', { default: 'response.shell_call_command.delta' }),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    command_index: Type.Integer(),
    delta: Type.String(),
    obfuscation: Type.Optional(Type.String()),
  }),
);
export type ResponseShellCallCommandDeltaStreamingEvent = Static<typeof ResponseShellCallCommandDeltaStreamingEvent>;

export const ResponseShellCallCommandDoneStreamingEvent = named(
  'ResponseShellCallCommandDoneStreamingEvent',
  Type.Object({
    type: Type.Literal('response.shell_call_command.done', { default: 'response.shell_call_command.done' }),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    command_index: Type.Integer(),
    command: Type.String(),
  }),
);
export type ResponseShellCallCommandDoneStreamingEvent = Static<typeof ResponseShellCallCommandDoneStreamingEvent>;

export const ShellCallOutputDelta = named(
  'ShellCallOutputDelta',
  Type.Object({ stdout: Type.Optional(Type.String()), stderr: Type.Optional(Type.String()) }),
);
export type ShellCallOutputDelta = Static<typeof ShellCallOutputDelta>;

export const ResponseShellCallOutputContentDeltaStreamingEvent = named(
  'ResponseShellCallOutputContentDeltaStreamingEvent',
  Type.Object({
    type: Type.Literal('response.shell_call_output_content.delta', {
      default: 'response.shell_call_output_content.delta',
    }),
    sequence_number: Type.Integer(),
    item_id: Type.String(),
    output_index: Type.Integer(),
    command_index: Type.Integer(),
    delta: ref(ShellCallOutputDelta),
  }),
);
export type ResponseShellCallOutputContentDeltaStreamingEvent = Static<
  typeof ResponseShellCallOutputContentDeltaStreamingEvent
>;

export const ResponseShellCallOutputContentDoneStreamingEvent = named(
  'ResponseShellCallOutputContentDoneStreamingEvent',
  Type.Object({
    type: Type.Literal('response.shell_call_output_content.done', {
      default: 'response.shell_call_output_content.done',
    }),
    sequence_number: Type.Integer(),
    item_id: Type.String(),
    output_index: Type.Integer(),
    command_index: Type.Integer(),
    output: Type.Array(ref(FunctionShellCallOutputContent)),
  }),
);
export type ResponseShellCallOutputContentDoneStreamingEvent = Static<
  typeof ResponseShellCallOutputContentDoneStreamingEvent
>;

export const ResponseImageGenCallCompletedEvent = named(
  'ResponseImageGenCallCompletedEvent',
  Type.Object({
    type: Type.Literal('response.image_generation_call.completed'),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
    item_id: Type.String(),
  }),
);
export type ResponseImageGenCallCompletedEvent = Static<typeof ResponseImageGenCallCompletedEvent>;

export const ResponseImageGenCallGeneratingEvent = named(
  'ResponseImageGenCallGeneratingEvent',
  Type.Object({
    type: Type.Literal('response.image_generation_call.generating'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseImageGenCallGeneratingEvent = Static<typeof ResponseImageGenCallGeneratingEvent>;

export const ResponseImageGenCallInProgressEvent = named(
  'ResponseImageGenCallInProgressEvent',
  Type.Object({
    type: Type.Literal('response.image_generation_call.in_progress'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseImageGenCallInProgressEvent = Static<typeof ResponseImageGenCallInProgressEvent>;

export const ResponseImageGenCallPartialImageEvent = named(
  'ResponseImageGenCallPartialImageEvent',
  Type.Object({
    type: Type.Literal('response.image_generation_call.partial_image'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
    partial_image_index: Type.Integer(),
    partial_image_b64: Type.String(),
    size: Type.Optional(Type.String()),
    quality: Type.Optional(Type.String()),
    background: Type.Optional(Type.String()),
    output_format: Type.Optional(Type.String()),
  }),
);
export type ResponseImageGenCallPartialImageEvent = Static<typeof ResponseImageGenCallPartialImageEvent>;
