/**
 * Schema helpers that TypeBox lacks (`nullable`, `ref`, `tagged`, `choose`, `oneOf`, `mapOf`), and three markers.
 * Invariant: they return plain JSON Schema 2020-12 that OpenAPI 3.1 and Ajv (with `discriminator`) accept unchanged.
 */
/* oxlint-disable unicorn/no-thenable */
import Type, { type Static, type TSchema, type TUnsafe } from 'typebox';

/** Non-enumerable link from a `$ref` schema to its target, by which the document builder finds every named schema. */
const TARGET = Symbol.for('selfsame.schema.target');

/** A schema that appears once under `#/components/schemas/NAME` of the OpenAPI document. */
export type Named<T extends TSchema = TSchema> = T & { readonly $id: string };

/** Names a schema. `name` is the component name in the OpenAPI document (PascalCase). */
export function named<T extends TSchema>(name: string, schema: T): Named<T> {
  return Object.defineProperty(schema, '$id', { value: name, enumerable: false }) as Named<T>;
}

/**
 * A `$ref` to a named schema with its static type. `options` are additional keywords, e.g. a description of this use.
 */
export function ref<T extends TSchema>(target: Named<T>, options: object = {}): TUnsafe<Static<T>> {
  const schema = Type.Unsafe<Static<T>>({ $ref: `#/components/schemas/${target.$id}`, ...options });
  return Object.defineProperty(schema, TARGET, { value: target, enumerable: false });
}

/** Returns the target of a `ref()`, or undefined for any other schema. */
export function targetOf(schema: object): Named | undefined {
  return (schema as { [TARGET]?: Named })[TARGET];
}

/**
 * The schema or `null`. A plain `type` becomes `[type, "null"]` and an `anyOf` gets one more branch, which minimizes
 * the number of errors for a wrong type.
 */
export function nullable<T extends TSchema>(schema: T, options: object = {}): TUnsafe<Static<T> | null> {
  const { type, enum: values, const: only, anyOf, ...rest } = schema as TSchema & NullableParts;
  if (typeof type === 'string' && !('oneOf' in schema)) {
    const allowed = only === undefined ? values : [only];
    const withNull = allowed === undefined ? {} : { enum: [...allowed, null] };
    return Type.Unsafe<Static<T> | null>({ ...rest, ...withNull, type: [type, 'null'], ...options });
  }
  const branches = anyOf ?? [schema];
  return Type.Unsafe<Static<T> | null>({
    ...(anyOf === undefined ? {} : rest),
    anyOf: [...branches, { type: 'null' }],
    ...options,
  });
}

interface NullableParts {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: TSchema[];
}

/**
 * A union with one discriminating property: `oneOf` + `discriminator`. Every variant is a named object with a required
 * `tag` property that is a `const` or `enum` of strings. The schema states `type` as well because in Ajv a value that
 * is not an object passes a discriminator.
 */
export function tagged<T extends readonly Named[]>(
  tag: string,
  variants: [...T],
  options: object = {},
): TUnsafe<Static<T[number]>> {
  return Type.Unsafe<Static<T[number]>>({
    type: 'object',
    oneOf: variants.map((v) => ref(v)),
    discriminator: { propertyName: tag },
    ...options,
  });
}

/** An object that fits `yes` if it fits `condition`, else `no`: `if`, `then`, `else`. */
export function choose<Y extends TSchema, N extends TSchema>(
  condition: object,
  { yes, no }: { yes: Y; no: N },
): TUnsafe<Static<Y> | Static<N>> {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  return Type.Unsafe<Static<Y> | Static<N>>({ type: 'object', if: condition, then: yes, else: no });
}

/** String enumeration with a literal-union static type. */
export function oneOf<const V extends readonly string[]>(values: V, options: object = {}): TUnsafe<V[number]> {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options });
}

/** An object used as a map: any key, one schema for the values. */
export function mapOf<T extends TSchema>(values: T, options: object = {}): TUnsafe<Record<string, Static<T>>> {
  return Type.Unsafe<Record<string, Static<T>>>({ type: 'object', additionalProperties: values, ...options });
}

/** An object of any shape, e.g. a JSON Schema from the client. */
export function anyObject(options: object = {}): TUnsafe<Record<string, unknown>> {
  return Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, ...options });
}

/** JSON Schema keyword that marks a *recorded hint*: accepted and kept, with no effect on the answer. */
export const HINT_KEYWORD = 'x-selfsame-hint';

/** Marks a request property as a recorded hint. */
export function hint<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { [HINT_KEYWORD]: true });
}

/** JSON Schema keyword that marks a *history item*: unknown properties are ignored in it and in its descendants. */
export const HISTORY_KEYWORD = 'x-selfsame-history';

/**
 * Marks a part of a request that clients copy from earlier answers, such as the messages of a conversation. Additional
 * properties of the copy request nothing, so they are ignored.
 */
export function history<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { [HISTORY_KEYWORD]: true });
}

/** JSON Schema keyword with the meaning of null for an optional property of a request: `absent` or `clears`. */
export const NULL_KEYWORD = 'x-selfsame-null';

/**
 * Marks the body of an update: null clears properties that are declared with null. Everywhere else null means absent.
 */
export function clearable<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { [NULL_KEYWORD]: 'clears' });
}
