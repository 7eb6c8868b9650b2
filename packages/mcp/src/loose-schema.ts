/**
 * Permissive JSON Schemas of tool arguments and results.
 * A tool may call any compatible server, so a schema states types and descriptions, but neither ranges nor the shapes of
 * nested values: the server that is called validates them.
 */
import { targetOf } from '@selfsame/contract';

export interface LooseSchema {
  type: string | string[];
  description?: string;
  items?: object;
}

interface Keywords {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: object;
  anyOf?: object[];
  oneOf?: object[];
}

const ALL_TYPES = ['string', 'number', 'boolean', 'object', 'array'];

/** Returns the types and the description of a schema of the contract. `null` is included only if the schema allows it. */
export function toLooseSchema(schema: object): LooseSchema {
  const types = [...new Set(typesOf(schema))];
  const known = types.length === 0 ? ALL_TYPES : withoutNarrower(types);
  const description = describe(schema);
  return {
    type: known.length === 1 ? (known[0] ?? 'string') : known,
    ...(description === '' ? {} : { description }),
    ...(known.includes('array') ? { items: itemsOf(schema) } : {}),
  };
}

/** `integer` beside `number` adds nothing. */
function withoutNarrower(types: string[]): string[] {
  return types.includes('number') ? types.filter((type) => type !== 'integer') : types;
}

function typesOf(schema: object): string[] {
  const target = targetOf(schema);
  if (target !== undefined) return typesOf(target);
  const { type, enum: values, const: only, anyOf, oneOf } = schema as Keywords;
  if (type !== undefined) return [type].flat();
  const constants = only === undefined ? values : [only];
  if (constants !== undefined) return constants.map((value) => (value === null ? 'null' : typeof value));
  return (anyOf ?? oneOf ?? []).flatMap(typesOf);
}

function describe(schema: object): string {
  const text = descriptionOf(schema);
  const values = valuesOf(schema).filter((value) => !text.includes(value));
  if (values.length === 0) return text;
  const listed = `One of ${values.map((value) => `\`${value}\``).join(', ')}.`;
  return text === '' ? listed : `${text} ${listed}`;
}

/** The description of this use, of the named schema, or of the first alternative that has one. */
function descriptionOf(schema: object): string {
  const { description, anyOf, oneOf } = schema as Keywords;
  if (description !== undefined) return description;
  const target = targetOf(schema);
  if (target !== undefined) return descriptionOf(target);
  return (anyOf ?? oneOf ?? []).map(descriptionOf).find((text) => text !== '') ?? '';
}

/** The strings of an enumeration. */
function valuesOf(schema: object): string[] {
  const { enum: values = [] } = (targetOf(schema) ?? schema) as Keywords;
  return values.filter((value) => typeof value === 'string');
}

/** Schema of the items of the first alternative that is an array. `{}` if they have several types. */
function itemsOf(schema: object): object {
  const target = targetOf(schema);
  if (target !== undefined) return itemsOf(target);
  const { items, anyOf, oneOf } = schema as Keywords;
  if (items !== undefined) {
    const { type } = toLooseSchema(items);
    return typeof type === 'string' && type !== 'array' ? { type } : {};
  }
  return (anyOf ?? oneOf ?? []).some((each) => typesOf(each).includes('array')) ? {} : { type: 'string' };
}
