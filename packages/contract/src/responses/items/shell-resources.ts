/** Shell calls in responses. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { ToolCallCaller } from '../callers.ts';

export const FunctionShellAction = named(
  'FunctionShellAction',
  Type.Object({
    commands: Type.Array(Type.String()),
    timeout_ms: nullable(Type.Integer()),
    max_output_length: nullable(Type.Integer()),
  }),
);
export type FunctionShellAction = Static<typeof FunctionShellAction>;

export const FunctionShellCallStatus = named(
  'FunctionShellCallStatus',
  oneOf(['in_progress', 'completed', 'incomplete']),
);
export type FunctionShellCallStatus = Static<typeof FunctionShellCallStatus>;

export const LocalEnvironmentResource = named(
  'LocalEnvironmentResource',
  Type.Object({ type: Type.Literal('local', { default: 'local' }) }),
);
export type LocalEnvironmentResource = Static<typeof LocalEnvironmentResource>;

export const ContainerReferenceResource = named(
  'ContainerReferenceResource',
  Type.Object({
    type: Type.Literal('container_reference', { default: 'container_reference' }),
    container_id: Type.String(),
  }),
);
export type ContainerReferenceResource = Static<typeof ContainerReferenceResource>;

export const FunctionShellCall = named(
  'FunctionShellCall',
  Type.Object({
    type: Type.Literal('shell_call', { default: 'shell_call' }),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    action: ref(FunctionShellAction),
    status: ref(FunctionShellCallStatus),
    environment: nullable(tagged('type', [LocalEnvironmentResource, ContainerReferenceResource])),
    created_by: Type.Optional(Type.String()),
  }),
);
export type FunctionShellCall = Static<typeof FunctionShellCall>;

export const FunctionShellCallOutputStatusEnum = named(
  'FunctionShellCallOutputStatusEnum',
  oneOf(['in_progress', 'completed', 'incomplete']),
);
export type FunctionShellCallOutputStatusEnum = Static<typeof FunctionShellCallOutputStatusEnum>;

export const FunctionShellCallOutputTimeoutOutcome = named(
  'FunctionShellCallOutputTimeoutOutcome',
  Type.Object({ type: Type.Literal('timeout', { default: 'timeout' }) }),
);
export type FunctionShellCallOutputTimeoutOutcome = Static<typeof FunctionShellCallOutputTimeoutOutcome>;

export const FunctionShellCallOutputExitOutcome = named(
  'FunctionShellCallOutputExitOutcome',
  Type.Object({ type: Type.Literal('exit', { default: 'exit' }), exit_code: Type.Integer() }),
);
export type FunctionShellCallOutputExitOutcome = Static<typeof FunctionShellCallOutputExitOutcome>;

export const FunctionShellCallOutputContent = named(
  'FunctionShellCallOutputContent',
  Type.Object({
    stdout: Type.String(),
    stderr: Type.String(),
    outcome: tagged('type', [FunctionShellCallOutputTimeoutOutcome, FunctionShellCallOutputExitOutcome]),
    created_by: Type.Optional(Type.String()),
  }),
);
export type FunctionShellCallOutputContent = Static<typeof FunctionShellCallOutputContent>;

export const FunctionShellCallOutput = named(
  'FunctionShellCallOutput',
  Type.Object({
    type: Type.Literal('shell_call_output', { default: 'shell_call_output' }),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    status: ref(FunctionShellCallOutputStatusEnum),
    output: Type.Array(ref(FunctionShellCallOutputContent)),
    max_output_length: nullable(Type.Integer()),
    created_by: Type.Optional(Type.String()),
  }),
);
export type FunctionShellCallOutput = Static<typeof FunctionShellCallOutput>;
