/** Fields and parameters that the objects of the organization share. */
import Type, { type TObject, type TString } from 'typebox';
import { MAX_COUNT } from '../common/bounds.ts';
import { named, nullable } from '../schema.ts';

/** @param event completes the sentence "Unix time in seconds at which …". */
export const unixTime = (event: string) => Type.Integer({ description: `Unix time in seconds at which ${event}.` });

const PATH_PARAMS = {
  alert_id: 'Id of the spend alert.',
  api_key_id: 'Id of the API key.',
  certificate_id: 'Id of the certificate.',
  group_id: 'Id of the group.',
  invite_id: 'Id of the invite.',
  key_id: 'Id of the admin API key.',
  project_id: 'Id of the project.',
  rate_limit_id: 'Id of the rate limit.',
  role_id: 'Id of the role.',
  service_account_id: 'Id of the service account.',
  user_id: 'Id of the user.',
} as const;

/** The parameters of a path, in its order. */
export function pathParams<const N extends keyof typeof PATH_PARAMS>(...names: readonly N[]) {
  const properties = names.map((name) => [name, Type.String({ description: PATH_PARAMS[name] })]);
  return Type.Object(Object.fromEntries(properties)) as unknown as TObject<Record<N, TString>>;
}

/** The response to a deletion of the object `id`. */
export function deletion<const O extends string>(name: string, object: O) {
  return named(
    name,
    Type.Object({
      object: Type.Literal(object),
      id: Type.String({ description: 'Id of the deleted object.' }),
      deleted: Type.Boolean(),
    }),
  );
}

/** The response to a deletion of an object without an id. */
export function removal<const O extends string>(name: string, object: O) {
  return named(name, Type.Object({ object: Type.Literal(object), deleted: Type.Boolean() }));
}

/** Lifetime of a key that a request creates. */
export const keyLifetime = Type.Optional(
  nullable(
    Type.Integer({
      minimum: 1,
      maximum: MAX_COUNT,
      description: 'Seconds until the API key expires. Default: it does not expire.',
    }),
  ),
);

/** A list of ids in a query. */
export const idsFilter = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
