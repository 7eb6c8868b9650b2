/** A function that a client describes to the model, and the schema of a structured answer. */
import Type, { type Static } from 'typebox';
import { anyObject, named, nullable, ref } from '../schema.ts';

/** Names of functions and response formats: 1 to 64 letters, digits, `_` and `-`. */
export const identifier = (description: string) =>
  Type.String({ pattern: '^[a-zA-Z0-9_-]+$', maxLength: 64, description });

export const FunctionParameters = named(
  'FunctionParameters',
  anyObject({ description: 'JSON Schema of the arguments. Without it, the function has no arguments.' }),
);
export type FunctionParameters = Static<typeof FunctionParameters>;

export const FunctionObject = named(
  'FunctionObject',
  Type.Object({
    name: identifier('Name of the function.'),
    description: Type.Optional(Type.String({ description: 'What the function does and when to call it.' })),
    parameters: Type.Optional(ref(FunctionParameters)),
    strict: Type.Optional(
      nullable(Type.Boolean({ default: false }), {
        description: 'Whether the arguments must follow the schema exactly.',
      }),
    ),
  }),
);
export type FunctionObject = Static<typeof FunctionObject>;
