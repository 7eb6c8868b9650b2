/** `enum`, `anyOf` and `oneOf`. A branch that nothing fits is left out; at least one must remain. */
import { areDisjoint } from './disjoint.ts';
import { jsonLiteral } from './rules.ts';
import { stringLanguage } from './scalars.ts';
import { type FlatSchema, guard, isOfType, NothingFits, type Place, SchemaFault, type Walk } from './walk.ts';

const MOST_ENUM_VALUES = 1000;
/** Branches are compared in pairs. */
const MOST_ONE_OF = 100;

export function fromEnum(walk: Walk, schema: FlatSchema): string {
  const { enum: values = [], type } = schema;
  const path = walk.pathOf(schema);
  walk.counts.enumValues += values.length;
  if (walk.counts.enumValues > MOST_ENUM_VALUES)
    throw new SchemaFault(`${path}/enum`, `the schema has more than ${MOST_ENUM_VALUES} enum values`);
  const fitting = values.filter((value) => type === undefined || type.some((each) => isOfType(value, each)));
  const valid = fitting.filter((value) => admits(walk, schema, value));
  if (valid.length === 0) throw new NothingFits(`${path}/enum`, 'no value fits what stands beside it');
  return walk.rules.add('enum', valid.map(jsonLiteral).join(' | '));
}

const OF_CONTAINERS = [
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

/** Whether a value of an `enum` is valid for the keywords beside it. */
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
  const foreign =
    typeof value === 'object' && value !== null ? OF_CONTAINERS.find((key) => schema[key] !== undefined) : undefined;
  if (foreign !== undefined)
    throw new SchemaFault(
      `${walk.pathOf(schema)}/${foreign}`,
      `'${foreign}' is not supported beside an 'enum' of such values`,
    );
  return true;
}

export function fromBranches(walk: Walk, schema: FlatSchema, place: Place): string {
  const { anyOf, oneOf } = schema;
  const path = walk.pathOf(schema);
  const branches = anyOf ?? oneOf ?? [];
  if (oneOf !== undefined) refuseOverlap(walk, oneOf, path);
  let fault: NothingFits | undefined;
  const bodies = branches.flatMap((branch) => {
    try {
      return [walk.toBody(branch, { depth: place.depth + 1, chain: place.chain })];
    } catch (error) {
      if (!(error instanceof NothingFits)) throw error;
      fault = error;
      return [];
    }
  });
  if (bodies.length === 0) throw fault ?? new NothingFits(path, 'no branch can be met');
  return walk.rules.add('any-of', bodies.join(' | '));
}

function refuseOverlap(walk: Walk, branches: readonly unknown[], path: string): void {
  if (branches.length > MOST_ONE_OF)
    throw new SchemaFault(`${path}/oneOf`, `more than ${MOST_ONE_OF} branches are not supported`);
  for (const [index, a] of branches.entries())
    for (const [more, b] of branches.slice(index + 1).entries())
      if (!guard(path, () => areDisjoint(walk, a, b)))
        throw new SchemaFault(
          `${path}/oneOf`,
          `a value may fit both branch ${index} and branch ${index + more + 1}; use 'anyOf', or tell them apart by a required property`,
        );
}
