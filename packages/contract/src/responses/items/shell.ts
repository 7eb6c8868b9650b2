/** Shell calls in requests. */
import Type, { type Static } from 'typebox';
import { int32 } from '../../common/bounds.ts';
import { mapOf, named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { ToolCallCallerParam } from '../callers.ts';
import { ContainerReferenceParam, LocalEnvironmentParam } from '../tools/containers.ts';

export const LocalShellExecAction = named(
  'LocalShellExecAction',
  Type.Object({
    type: Type.Literal('exec', { default: 'exec' }),
    command: Type.Array(Type.String()),
    timeout_ms: Type.Optional(nullable(int32())),
    working_directory: Type.Optional(nullable(Type.String())),
    env: mapOf(Type.String()),
    user: Type.Optional(nullable(Type.String())),
  }),
);
export type LocalShellExecAction = Static<typeof LocalShellExecAction>;

export const LocalShellToolCall = named(
  'LocalShellToolCall',
  Type.Object({
    type: Type.Literal('local_shell_call'),
    id: Type.String(),
    call_id: Type.String(),
    action: ref(LocalShellExecAction),
    status: oneOf(['in_progress', 'completed', 'incomplete']),
  }),
);
export type LocalShellToolCall = Static<typeof LocalShellToolCall>;

export const LocalShellToolCallOutput = named(
  'LocalShellToolCallOutput',
  Type.Object({
    type: Type.Literal('local_shell_call_output'),
    id: Type.String(),
    call_id: Type.Optional(Type.String()),
    output: Type.String(),
    status: Type.Optional(nullable(oneOf(['in_progress', 'completed', 'incomplete']))),
  }),
);
export type LocalShellToolCallOutput = Static<typeof LocalShellToolCallOutput>;

export const FunctionShellActionParam = named(
  'FunctionShellActionParam',
  Type.Object({
    commands: Type.Array(Type.String()),
    timeout_ms: Type.Optional(nullable(int32())),
    max_output_length: Type.Optional(nullable(int32())),
  }),
);
export type FunctionShellActionParam = Static<typeof FunctionShellActionParam>;

export const FunctionShellCallItemStatus = named(
  'FunctionShellCallItemStatus',
  oneOf(['in_progress', 'completed', 'incomplete']),
);
export type FunctionShellCallItemStatus = Static<typeof FunctionShellCallItemStatus>;

export const FunctionShellCallItemParam = named(
  'FunctionShellCallItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    type: Type.Literal('shell_call', { default: 'shell_call' }),
    action: ref(FunctionShellActionParam),
    status: Type.Optional(nullable(ref(FunctionShellCallItemStatus))),
    environment: Type.Optional(nullable(tagged('type', [LocalEnvironmentParam, ContainerReferenceParam]))),
  }),
);
export type FunctionShellCallItemParam = Static<typeof FunctionShellCallItemParam>;

export const FunctionShellCallOutputTimeoutOutcomeParam = named(
  'FunctionShellCallOutputTimeoutOutcomeParam',
  Type.Object({ type: Type.Literal('timeout', { default: 'timeout' }) }),
);
export type FunctionShellCallOutputTimeoutOutcomeParam = Static<typeof FunctionShellCallOutputTimeoutOutcomeParam>;

export const FunctionShellCallOutputExitOutcomeParam = named(
  'FunctionShellCallOutputExitOutcomeParam',
  Type.Object({ type: Type.Literal('exit', { default: 'exit' }), exit_code: int32() }),
);
export type FunctionShellCallOutputExitOutcomeParam = Static<typeof FunctionShellCallOutputExitOutcomeParam>;

export const FunctionShellCallOutputOutcomeParam = named(
  'FunctionShellCallOutputOutcomeParam',
  tagged('type', [FunctionShellCallOutputTimeoutOutcomeParam, FunctionShellCallOutputExitOutcomeParam]),
);
export type FunctionShellCallOutputOutcomeParam = Static<typeof FunctionShellCallOutputOutcomeParam>;

export const FunctionShellCallOutputContentParam = named(
  'FunctionShellCallOutputContentParam',
  Type.Object({
    stdout: Type.String({ maxLength: 10485760 }),
    stderr: Type.String({ maxLength: 10485760 }),
    outcome: ref(FunctionShellCallOutputOutcomeParam),
  }),
);
export type FunctionShellCallOutputContentParam = Static<typeof FunctionShellCallOutputContentParam>;

export const FunctionShellCallOutputItemParam = named(
  'FunctionShellCallOutputItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    type: Type.Literal('shell_call_output', { default: 'shell_call_output' }),
    output: Type.Array(ref(FunctionShellCallOutputContentParam)),
    status: Type.Optional(nullable(ref(FunctionShellCallItemStatus))),
    max_output_length: Type.Optional(nullable(int32())),
  }),
);
export type FunctionShellCallOutputItemParam = Static<typeof FunctionShellCallOutputItemParam>;
