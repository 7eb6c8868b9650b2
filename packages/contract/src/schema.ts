/**
 * The three helpers that TypeBox lacks for this wire: `nullable`, `ref`, `tagged`, plus two marks.
 * Invariant: whatever they return is plain JSON Schema 2020-12 that OpenAPI 3.1 and Ajv (with `discriminator`) accept as it is.
 */
import Type, { type Static, type TSchema, type TUnsafe } from 'typebox';

/** Non-enumerable link from a `$ref` schema to the schema it stands for; lets the document builder find every named schema. */
const TARGET = Symbol.for('selfsame.schema.target');

/** A schema that stands once under `#/components/schemas/NAME` of the OpenAPI document. */
export type Named<T extends TSchema = TSchema> = T & { readonly $id: string };

/** Names a schema. `name` is the component name in the OpenAPI document (PascalCase). */
export function named<T extends TSchema>(name: string, schema: T): Named<T> {
  return Object.defineProperty(schema, '$id', { value: name, enumerable: false }) as Named<T>;
}

/** `$ref` to a named schema, typed as that schema. A function defers the look-up, for recursive schemas. */
export function ref<T extends TSchema>(target: Named<T>): TUnsafe<Static<T>> {
  const schema = Type.Unsafe<Static<T>>({ $ref: `#/components/schemas/${target.$id}` });
  return Object.defineProperty(schema, TARGET, { value: target, enumerable: false });
}

/** The named schema behind a `ref()`, or undefined for any other schema. */
export function targetOf(schema: object): Named | undefined {
  return (schema as { [TARGET]?: Named })[TARGET];
}

/** The schema or `null`. A plain `type` becomes `[type, "null"]`, so that a wrong type gives one error and not two. */
export function nullable<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const { type, enum: values, ...rest } = schema as TSchema & { type?: string; enum?: unknown[] };
  if (typeof type === 'string') {
    const withNull = values === undefined ? {} : { enum: [...values, null] };
    return Type.Unsafe<Static<T> | null>({ ...rest, ...withNull, type: [type, 'null'] });
  }
  return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }] });
}

/**
 * A union told apart by one property: `oneOf` + `discriminator`. Every variant is a named object whose `tag` property
 * is required and a `const` or `enum` of strings.
 */
export function tagged<T extends readonly Named[]>(tag: string, variants: [...T]): TUnsafe<Static<T[number]>> {
  return Type.Unsafe<Static<T[number]>>({ oneOf: variants.map((v) => ref(v)), discriminator: { propertyName: tag } });
}

/** String enumeration with a literal-union static type. */
export function oneOf<const V extends readonly string[]>(values: V, options: object = {}): TUnsafe<V[number]> {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options });
}

/** JSON Schema keyword that marks a *recorded hint*: accepted and kept, with no effect on the answer. */
export const HINT_KEYWORD = 'x-selfsame-hint';

/** Marks a request property as a recorded hint. */
export function hint<T extends TSchema>(schema: T): T {
  return Object.assign(schema, { [HINT_KEYWORD]: true });
}
