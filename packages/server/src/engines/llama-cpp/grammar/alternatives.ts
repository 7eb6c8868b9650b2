/** `enum`, `anyOf` and `oneOf`. Branches without a valid value are omitted; at least one must remain. */
import { areDisjoint } from './disjoint.ts';
import { jsonLiteral } from './rules.ts';
import { stringLanguage } from './scalars.ts';
import {
  type FlatSchema,
  guard,
  isOfType,
  type Position,
  SchemaError,
  UnsatisfiableSchemaError,
  type Walk,
} from './walk.ts';

const MAX_ENUM_VALUES = 1000;
/** Branches are compared in pairs, so the time grows with the square. */
const MAX_ONE_OF = 100;

export function fromEnum(walk: Walk, schema: FlatSchema): string {
  const { enum: values = [], type } = schema;
  const path = walk.pathOf(schema);
  walk.counts.enumValues += values.length;
  if (walk.counts.enumValues > MAX_ENUM_VALUES)
    throw new SchemaError(`${path}/enum`, `the schema has more than ${MAX_ENUM_VALUES} enum values`);
  const fitting = values.filter((value) => type === undefined || type.some((each) => isOfType(value, each)));
  const valid = fitting.filter((value) => admits(walk, schema, value));
  if (valid.length === 0)
    throw new UnsatisfiableSchemaError(`${path}/enum`, 'no value is valid for the other keywords');
  return walk.rules.add('enum', valid.map(jsonLiteral).join(' | '));
}

const CONTAINER_KEYWORDS = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'required',
  'minProperties',
  'maxProperties',
  'prefixItems',
  'items',
  'minItems',
  'maxItems',
] as const;

/** Whether an `enum` value is valid for the other keywords of the schema. */
function admits(walk: Walk, schema: FlatSchema, value: unknown): boolean {
  if (typeof value === 'string') return walk.algebra.matches(stringLanguage(walk, schema), value);
  if (typeof value === 'number') {
    const {
      minimum = -Infinity,
      maximum = Infinity,
      exclusiveMinimum = -Infinity,
      exclusiveMaximum = Infinity,
    } = schema;
    const { multipleOf = [] } = schema;
    const isMultiple = (of: number) => Math.abs(value / of - Math.round(value / of)) < 1e-9;
    return (
      value >= minimum &&
      value <= maximum &&
      value > exclusiveMinimum &&
      value < exclusiveMaximum &&
      multipleOf.every(isMultiple)
    );
  }
  const unsupported =
    typeof value === 'object' && value !== null
      ? CONTAINER_KEYWORDS.find((key) => schema[key] !== undefined)
      : undefined;
  if (unsupported !== undefined)
    throw new SchemaError(
      `${walk.pathOf(schema)}/${unsupported}`,
      `'${unsupported}' is not supported beside an 'enum' of such values`,
    );
  return true;
}

export function fromBranches(walk: Walk, schema: FlatSchema, position: Position): string {
  const { anyOf, oneOf } = schema;
  const path = walk.pathOf(schema);
  const branches = anyOf ?? oneOf ?? [];
  if (oneOf !== undefined) refuseOverlap(walk, oneOf, path);
  let failure: UnsatisfiableSchemaError | undefined;
  const bodies = branches.flatMap((branch) => {
    try {
      return [walk.toBody(branch, { depth: position.depth + 1, chain: position.chain })];
    } catch (error) {
      if (!(error instanceof UnsatisfiableSchemaError)) throw error;
      failure = error;
      return [];
    }
  });
  if (bodies.length === 0) throw failure ?? new UnsatisfiableSchemaError(path, 'no branch can be met');
  return walk.rules.add('any-of', bodies.join(' | '));
}

function refuseOverlap(walk: Walk, branches: readonly unknown[], path: string): void {
  if (branches.length > MAX_ONE_OF)
    throw new SchemaError(`${path}/oneOf`, `more than ${MAX_ONE_OF} branches are not supported`);
  for (const [index, a] of branches.entries())
    for (const [more, b] of branches.slice(index + 1).entries())
      if (!guard(path, () => areDisjoint(walk, a, b)))
        throw new SchemaError(
          `${path}/oneOf`,
          `a value may fit both branch ${index} and branch ${index + more + 1}; use 'anyOf', or distinguish them by a required property`,
        );
}
