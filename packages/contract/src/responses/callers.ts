/** Callers of tools: the model, or a program that the model wrote. */
import Type, { type Static } from 'typebox';
import { named, oneOf, tagged } from '../schema.ts';

export const DirectToolCallCaller = named(
  'DirectToolCallCaller',
  Type.Object({ type: Type.Literal('direct', { default: 'direct' }) }),
);
export type DirectToolCallCaller = Static<typeof DirectToolCallCaller>;

export const ProgramToolCallCaller = named(
  'ProgramToolCallCaller',
  Type.Object({ type: Type.Literal('program', { default: 'program' }), caller_id: Type.String() }),
);
export type ProgramToolCallCaller = Static<typeof ProgramToolCallCaller>;

export const ToolCallCaller = named('ToolCallCaller', tagged('type', [DirectToolCallCaller, ProgramToolCallCaller]));
export type ToolCallCaller = Static<typeof ToolCallCaller>;

export const DirectToolCallCallerParam = named(
  'DirectToolCallCallerParam',
  Type.Object({ type: Type.Literal('direct', { default: 'direct' }) }),
);
export type DirectToolCallCallerParam = Static<typeof DirectToolCallCallerParam>;

export const ProgramToolCallCallerParam = named(
  'ProgramToolCallCallerParam',
  Type.Object({
    type: Type.Literal('program', { default: 'program' }),
    caller_id: Type.String({ minLength: 1, maxLength: 64 }),
  }),
);
export type ProgramToolCallCallerParam = Static<typeof ProgramToolCallCallerParam>;

export const ToolCallCallerParam = named(
  'ToolCallCallerParam',
  tagged('type', [DirectToolCallCallerParam, ProgramToolCallCallerParam]),
);
export type ToolCallCallerParam = Static<typeof ToolCallCallerParam>;

export const CallableToolAllowedCaller = named('CallableToolAllowedCaller', oneOf(['direct', 'programmatic']));
export type CallableToolAllowedCaller = Static<typeof CallableToolAllowedCaller>;

export const ToolSearchExecutionType = named('ToolSearchExecutionType', oneOf(['server', 'client']));
export type ToolSearchExecutionType = Static<typeof ToolSearchExecutionType>;
