/**
 * The fields of an operation's query and body as flags. A flag is the name of a field with `-` instead of `_`; a dot
 * leads into an object (`--ranking-options.score-threshold`), a map (`--metadata.topic`) or a list
 * (`--messages.0.role`).
 */
import type { Operation } from '@selfsame/contract/operation';
import { toKebab } from './command-tree.ts';
import { factsOf, type SchemaFacts } from './schema-facts.ts';

export interface Field {
  name: string;
  /** Where the request carries it. */
  place: 'query' | 'body';
  schema: object;
  isRequired: boolean;
}

/** A field, or a part of it. */
export interface Target {
  place: 'query' | 'body';
  /** Names of properties and indexes of lists. */
  path: readonly (string | number)[];
  schema: object;
}

/** A field that the form and the JSON body of an operation share has the schema of the form. */
export function fieldsOf({ query, body, jsonBody }: Operation): Field[] {
  const list = (place: 'query' | 'body', schema: object): Field[] => {
    const { properties, required } = factsOf(schema);
    return [...properties].map(([name, each]) => ({ name, place, schema: each, isRequired: required.has(name) }));
  };
  const form = body === undefined ? [] : list('body', body);
  const json = jsonBody === undefined ? [] : list('body', jsonBody);
  const names = new Set(form.map(({ name }) => name));
  return [
    ...(query === undefined ? [] : list('query', query)),
    ...form,
    ...json.filter(({ name }) => !names.has(name)).map((field) => ({ ...field, isRequired: false })),
  ];
}

export function toFlag(name: string): string {
  return toKebab(name);
}

const sameName = (a: string, b: string): boolean => a.replaceAll('_', '-') === b.replaceAll('_', '-');

/** The field or part that a flag without its dashes names; undefined if there is none. */
export function findTarget(fields: readonly Field[], flag: string): Target | undefined {
  const [head = '', ...rest] = flag.split('.');
  const field = fields.find(({ name }) => sameName(name, head));
  if (field === undefined) return undefined;
  let target: Target = { place: field.place, path: [field.name], schema: field.schema };
  for (const segment of rest) {
    const inner = stepInto(factsOf(target.schema), segment);
    if (inner === undefined) return undefined;
    target = { ...target, path: [...target.path, inner.key], schema: inner.schema };
  }
  return target;
}

function stepInto(facts: SchemaFacts, segment: string): { key: string | number; schema: object } | undefined {
  for (const [name, schema] of facts.properties) if (sameName(name, segment)) return { key: name, schema };
  if (facts.items !== undefined && /^\d+$/.test(segment)) return { key: Number(segment), schema: facts.items };
  // The keys of a map are the client's own.
  if (facts.mapValues !== undefined) return { key: segment, schema: facts.mapValues };
  return facts.types.size === 0 ? { key: segment, schema: {} } : undefined;
}

/** Flags of a field and of its parts, down to `depth` levels of objects. */
export function flagsOf(
  field: { name: string; schema: object },
  depth: number,
): { flag: string; facts: SchemaFacts }[] {
  const facts = factsOf(field.schema);
  const own = [{ flag: toFlag(field.name), facts }];
  if (depth === 0) return own;
  const inner = [...facts.properties].flatMap(([name, schema]) => flagsOf({ name, schema }, depth - 1));
  return [...own, ...inner.map((each) => ({ ...each, flag: `${toFlag(field.name)}.${each.flag}` }))];
}
