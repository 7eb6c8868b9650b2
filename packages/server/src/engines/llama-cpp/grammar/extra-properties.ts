/** Unnamed properties of an object: `additionalProperties`, `patternProperties` and `propertyNames`. */
import type { Expression } from './regular/algebra.ts';
import { isEmpty } from './regular/automaton.ts';
import { parsePattern } from './regular/pattern.ts';
import { addLanguage, stringsOf } from './scalars.ts';
import { toPointerPart } from './schema-references.ts';
import {
  type FlatSchema,
  guard,
  nested,
  type Position,
  SchemaError,
  UnsatisfiableSchemaError,
  type Walk,
} from './walk.ts';

export interface Extra {
  /** Name, colon and value. */
  rule: string;
}

export function toExtras(walk: Walk, schema: FlatSchema, position: Position): Extra[] {
  const { algebra } = walk;
  const { properties = {}, required = [], patternProperties = {}, propertyNames } = schema;
  const named = new Set([...Object.keys(properties), ...required]);
  const path = walk.pathOf(schema);
  const allowed = propertyNames === undefined ? algebra.everything : languageOfNames(walk, propertyNames);
  const others = algebra.not(algebra.or(...[...named].map((name) => algebra.text(name))));
  const patterns = Object.entries(patternProperties).map(([source, value]) => ({
    value,
    language: guard(`${path}/patternProperties/${toPointerPart(source)}`, () => parsePattern(algebra, source)),
  }));
  refuseOverlap(walk, patterns, path);
  const rest = algebra.not(algebra.or(...patterns.map(({ language }) => language)));
  const additional = additionalOf(schema);
  const kinds = [...patterns, ...(additional === false ? [] : [{ value: additional, language: rest }])];
  return kinds.flatMap(({ value, language }) => {
    const names = algebra.and(language, allowed, others);
    try {
      const key = names === algebra.everything ? walk.rules.shared('string') : addKey(walk, names, path);
      const body = walk.rules.add('value', walk.toBody(value, nested(position)));
      return [{ rule: `${key} ${walk.rules.shared('colon')} ${body}` }];
    } catch (error) {
      if (error instanceof UnsatisfiableSchemaError) return [];
      throw error;
    }
  });
}

const MAX_STEPS = 20;

/** Returns the language of the names that `propertyNames` allows. */
export function languageOfNames(walk: Walk, schema: unknown, steps = 0): Expression {
  const flat = walk.flatten(schema);
  if (flat === false) return walk.algebra.nothing;
  if (steps > MAX_STEPS) throw new SchemaError(walk.pathOf(schema), 'its references lead back to themselves');
  if (flat.$ref !== undefined) return languageOfNames(walk, walk.follow(flat.$ref), steps + 1);
  if (flat.anyOf === undefined && flat.oneOf === undefined) return stringsOf(walk, flat);
  throw new SchemaError(walk.pathOf(flat), 'alternatives for names are not supported');
}

/** If a schema names properties, others are allowed only if it says so explicitly. */
function additionalOf({
  additionalProperties,
  properties = {},
  required = [],
  patternProperties = {},
}: FlatSchema): unknown {
  const hasNames = Object.keys(properties).length + required.length + Object.keys(patternProperties).length > 0;
  return additionalProperties ?? !hasNames;
}

function addKey(walk: Walk, language: Expression, path: string): string {
  return `"\\"" ${addLanguage(walk, { language, writing: 'json', path })} "\\""`;
}

function refuseOverlap(walk: Walk, patterns: readonly { language: Expression }[], path: string): void {
  for (const [index, { language: a }] of patterns.entries())
    for (const { language: b } of patterns.slice(index + 1))
      if (!guard(path, () => isEmpty(walk.algebra, walk.algebra.and(a, b))))
        throw new SchemaError(`${path}/patternProperties`, 'patterns that fit the same name are not supported');
}
