/** The body of every error response. All four keys of the error are always present. */
import Type, { type Static } from 'typebox';
import { named, nullable, ref } from './schema.ts';

/** Component `Error`; the TypeScript name avoids the global one. */
export const ErrorObject = named(
  'Error',
  Type.Object({
    message: Type.String({ description: 'Human-readable description of the error.' }),
    type: Type.String({ description: 'The class of the error, e.g. `invalid_request_error`.' }),
    param: nullable(Type.String(), { description: 'Path of the invalid request parameter, or null.' }),
    code: nullable(Type.String(), { description: 'Stable code of the error, or null.' }),
  }),
);
export type ErrorObject = Static<typeof ErrorObject>;

export const ErrorResponse = named('ErrorResponse', Type.Object({ error: ref(ErrorObject) }));
export type ErrorResponse = Static<typeof ErrorResponse>;
