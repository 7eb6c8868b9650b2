/** Calls that apply patches, and their outputs. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { ToolCallCaller, ToolCallCallerParam } from '../callers.ts';

export const ApplyPatchCallStatusParam = named('ApplyPatchCallStatusParam', oneOf(['in_progress', 'completed']));
export type ApplyPatchCallStatusParam = Static<typeof ApplyPatchCallStatusParam>;

export const ApplyPatchCreateFileOperationParam = named(
  'ApplyPatchCreateFileOperationParam',
  Type.Object({
    type: Type.Literal('create_file', { default: 'create_file' }),
    path: Type.String({ minLength: 1 }),
    diff: Type.String({ maxLength: 10485760 }),
  }),
);
export type ApplyPatchCreateFileOperationParam = Static<typeof ApplyPatchCreateFileOperationParam>;

export const ApplyPatchDeleteFileOperationParam = named(
  'ApplyPatchDeleteFileOperationParam',
  Type.Object({ type: Type.Literal('delete_file', { default: 'delete_file' }), path: Type.String({ minLength: 1 }) }),
);
export type ApplyPatchDeleteFileOperationParam = Static<typeof ApplyPatchDeleteFileOperationParam>;

export const ApplyPatchUpdateFileOperationParam = named(
  'ApplyPatchUpdateFileOperationParam',
  Type.Object({
    type: Type.Literal('update_file', { default: 'update_file' }),
    path: Type.String({ minLength: 1 }),
    diff: Type.String({ maxLength: 10485760 }),
  }),
);
export type ApplyPatchUpdateFileOperationParam = Static<typeof ApplyPatchUpdateFileOperationParam>;

export const ApplyPatchOperationParam = named(
  'ApplyPatchOperationParam',
  tagged('type', [
    ApplyPatchCreateFileOperationParam,
    ApplyPatchDeleteFileOperationParam,
    ApplyPatchUpdateFileOperationParam,
  ]),
);
export type ApplyPatchOperationParam = Static<typeof ApplyPatchOperationParam>;

export const ApplyPatchToolCallItemParam = named(
  'ApplyPatchToolCallItemParam',
  Type.Object({
    type: Type.Literal('apply_patch_call', { default: 'apply_patch_call' }),
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    status: ref(ApplyPatchCallStatusParam),
    operation: ref(ApplyPatchOperationParam),
  }),
);
export type ApplyPatchToolCallItemParam = Static<typeof ApplyPatchToolCallItemParam>;

export const ApplyPatchCallOutputStatusParam = named('ApplyPatchCallOutputStatusParam', oneOf(['completed', 'failed']));
export type ApplyPatchCallOutputStatusParam = Static<typeof ApplyPatchCallOutputStatusParam>;

export const ApplyPatchToolCallOutputItemParam = named(
  'ApplyPatchToolCallOutputItemParam',
  Type.Object({
    type: Type.Literal('apply_patch_call_output', { default: 'apply_patch_call_output' }),
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    status: ref(ApplyPatchCallOutputStatusParam),
    output: Type.Optional(nullable(Type.String({ maxLength: 10485760 }))),
  }),
);
export type ApplyPatchToolCallOutputItemParam = Static<typeof ApplyPatchToolCallOutputItemParam>;

export const ApplyPatchCallStatus = named('ApplyPatchCallStatus', oneOf(['in_progress', 'completed']));
export type ApplyPatchCallStatus = Static<typeof ApplyPatchCallStatus>;

export const ApplyPatchCreateFileOperation = named(
  'ApplyPatchCreateFileOperation',
  Type.Object({
    type: Type.Literal('create_file', { default: 'create_file' }),
    path: Type.String(),
    diff: Type.String(),
  }),
);
export type ApplyPatchCreateFileOperation = Static<typeof ApplyPatchCreateFileOperation>;

export const ApplyPatchDeleteFileOperation = named(
  'ApplyPatchDeleteFileOperation',
  Type.Object({ type: Type.Literal('delete_file', { default: 'delete_file' }), path: Type.String() }),
);
export type ApplyPatchDeleteFileOperation = Static<typeof ApplyPatchDeleteFileOperation>;

export const ApplyPatchUpdateFileOperation = named(
  'ApplyPatchUpdateFileOperation',
  Type.Object({
    type: Type.Literal('update_file', { default: 'update_file' }),
    path: Type.String(),
    diff: Type.String(),
  }),
);
export type ApplyPatchUpdateFileOperation = Static<typeof ApplyPatchUpdateFileOperation>;

export const ApplyPatchToolCall = named(
  'ApplyPatchToolCall',
  Type.Object({
    type: Type.Literal('apply_patch_call', { default: 'apply_patch_call' }),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    status: ref(ApplyPatchCallStatus),
    operation: tagged('type', [
      ApplyPatchCreateFileOperation,
      ApplyPatchDeleteFileOperation,
      ApplyPatchUpdateFileOperation,
    ]),
    created_by: Type.Optional(Type.String()),
  }),
);
export type ApplyPatchToolCall = Static<typeof ApplyPatchToolCall>;

export const ApplyPatchCallOutputStatus = named('ApplyPatchCallOutputStatus', oneOf(['completed', 'failed']));
export type ApplyPatchCallOutputStatus = Static<typeof ApplyPatchCallOutputStatus>;

export const ApplyPatchToolCallOutput = named(
  'ApplyPatchToolCallOutput',
  Type.Object({
    type: Type.Literal('apply_patch_call_output', { default: 'apply_patch_call_output' }),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    status: ref(ApplyPatchCallOutputStatus),
    output: Type.Optional(nullable(Type.String())),
    created_by: Type.Optional(Type.String()),
  }),
);
export type ApplyPatchToolCallOutput = Static<typeof ApplyPatchToolCallOutput>;
