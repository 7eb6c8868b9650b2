/** Programs that call tools, and their outputs. */
import Type, { type Static } from 'typebox';
import { named, oneOf, ref } from '../../schema.ts';

export const ProgramItemParam = named(
  'ProgramItemParam',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('program', { default: 'program' }),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    code: Type.String({ maxLength: 10485760 }),
    fingerprint: Type.String({ maxLength: 10485760 }),
  }),
);
export type ProgramItemParam = Static<typeof ProgramItemParam>;

export const ProgramOutputItemStatus = named('ProgramOutputItemStatus', oneOf(['completed', 'incomplete']));
export type ProgramOutputItemStatus = Static<typeof ProgramOutputItemStatus>;

export const ProgramOutputItemParam = named(
  'ProgramOutputItemParam',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('program_output', { default: 'program_output' }),
    call_id: Type.String({ minLength: 1, maxLength: 64 }),
    result: Type.String({ maxLength: 10485760 }),
    status: ref(ProgramOutputItemStatus),
  }),
);
export type ProgramOutputItemParam = Static<typeof ProgramOutputItemParam>;

export const Program = named(
  'Program',
  Type.Object({
    type: Type.Literal('program', { default: 'program' }),
    id: Type.String(),
    call_id: Type.String(),
    code: Type.String(),
    fingerprint: Type.String(),
  }),
);
export type Program = Static<typeof Program>;

export const ProgramOutputStatus = named('ProgramOutputStatus', oneOf(['completed', 'incomplete']));
export type ProgramOutputStatus = Static<typeof ProgramOutputStatus>;

export const ProgramOutput = named(
  'ProgramOutput',
  Type.Object({
    type: Type.Literal('program_output', { default: 'program_output' }),
    id: Type.String(),
    call_id: Type.String(),
    result: Type.String(),
    status: ref(ProgramOutputStatus),
  }),
);
export type ProgramOutput = Static<typeof ProgramOutput>;
