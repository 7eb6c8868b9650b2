/**
 * Whether two schemas have no value in common, as far as that can be proved. Pure.
 * Invariant: true is a proof for every value that the grammar admits for either schema; false means that no proof was
 * found.
 */
import { isEmpty } from './regular/automaton.ts';
import { stringsOf } from './scalars.ts';
import { type Flat, type FlatSchema, isOfType, type Walk } from './walk.ts';

const MAX_DEPTH = 6;
const MAX_REFERENCES = 20;

export function areDisjoint(walk: Walk, a: unknown, b: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const [left, right] = [resolve(walk, a), resolve(walk, b)];
  if (left === undefined || right === undefined) return false;
  if (left === false || right === false) return true;
  const leftBranches = left.anyOf ?? left.oneOf;
  if (leftBranches !== undefined) return leftBranches.every((branch) => areDisjoint(walk, branch, right, depth + 1));
  const rightBranches = right.anyOf ?? right.oneOf;
  if (rightBranches !== undefined) return rightBranches.every((branch) => areDisjoint(walk, left, branch, depth + 1));
  return haveDisjointValues(walk, left, right, depth);
}

function resolve(walk: Walk, schema: unknown): Flat | undefined {
  let at = walk.flatten(schema);
  for (let step = 0; at !== false && at.$ref !== undefined; step += 1) {
    if (step > MAX_REFERENCES) return undefined;
    at = walk.flatten(walk.follow(at.$ref));
  }
  return at;
}

const ALL = ['string', 'number', 'object', 'array', 'boolean', 'null'];

function haveDisjointValues(walk: Walk, a: FlatSchema, b: FlatSchema, depth: number): boolean {
  if (a.enum !== undefined && b.enum !== undefined) {
    const values = new Set(b.enum.map((value) => JSON.stringify(value)));
    if (!a.enum.some((value) => values.has(JSON.stringify(value)))) return true;
  }
  const common = (a.type ?? ALL).filter((type) => (b.type ?? ALL).some((other) => overlaps(type, other)));
  if (excludesTypes(a, b) || excludesTypes(b, a)) return true;
  return common.every((type) => {
    if (type === 'string') return isEmpty(walk.algebra, walk.algebra.and(stringsOf(walk, a), stringsOf(walk, b)));
    if (type === 'integer' || type === 'number') return areRangesDisjoint(a, b) || areRangesDisjoint(b, a);
    if (type === 'object') return areObjectsDisjoint(walk, a, b, depth) || areObjectsDisjoint(walk, b, a, depth);
    if (type === 'array') return areLengthsDisjoint(a, b) || areLengthsDisjoint(b, a);
    return false;
  });
}

const overlaps = (a: string, b: string) =>
  a === b || (a === 'integer' && b === 'number') || (a === 'number' && b === 'integer');

/** Whether every value in the `enum` of `a` has a type that `b` does not allow. */
function excludesTypes({ enum: values }: FlatSchema, { type: types }: FlatSchema): boolean {
  if (values === undefined || types === undefined) return false;
  return !values.some((value) => types.some((type) => isOfType(value, type)));
}

function areRangesDisjoint(low: FlatSchema, high: FlatSchema): boolean {
  const { maximum: most = Infinity, exclusiveMaximum: below = Infinity } = low;
  const { minimum: least = -Infinity, exclusiveMinimum: above = -Infinity } = high;
  return most < least || below <= least || most <= above || below <= above;
}

function areLengthsDisjoint({ maxItems = Infinity }: FlatSchema, { minItems = 0 }: FlatSchema): boolean {
  return maxItems < minItems;
}

/** Whether `a` requires a property that `b` forbids or allows only with other values. */
function areObjectsDisjoint(walk: Walk, a: FlatSchema, b: FlatSchema, depth: number): boolean {
  return (a.required ?? []).some((name) => {
    const others = Object.hasOwn(b.properties ?? {}, name) ? b.properties?.[name] : b.additionalProperties;
    if (others === undefined || b.patternProperties !== undefined) return false;
    if (others === false) return true;
    const own = Object.hasOwn(a.properties ?? {}, name) ? a.properties?.[name] : undefined;
    return own !== undefined && areDisjoint(walk, own, others, depth + 1);
  });
}
