/**
 * JSON Schema → GBNF: what is decoded under the grammar validates against the schema, always.
 * Invariants: a keyword that the grammar cannot enforce is refused with its path, never passed over; how long it takes is bounded.
 * Where a schema leaves a choice (the order of properties, how a number is written) the grammar takes the narrower side.
 */
import { fromBranches, fromEnum } from './alternatives.ts';
import { fromArray } from './arrays.ts';
import { refuseEndless } from './ends.ts';
import { createFlattener } from './flatten.ts';
import { fromObject } from './objects.ts';
import { Algebra } from './regular/algebra.ts';
import { createRules, type Rules } from './rules.ts';
import { fromNumber, fromString } from './scalars.ts';
import { type FlatSchema, NothingFits, type Place, type Schema, SchemaFault, type Walk } from './walk.ts';

export { SchemaFault };

const MOST_DEPTH = 50;
const MOST_GRAMMAR_CHARACTERS = 500_000;
const MOST_SCHEMAS = 12_000;

/** Throws SchemaFault. */
export function toGrammar(schema: unknown): string {
  const rules = createRules();
  return rules.print(addSchema(rules, schema));
}

/** Adds a schema to a grammar, with references of its own; returns the name of its rule. Throws SchemaFault. */
export function addSchema(rules: Rules, schema: unknown): string {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new SchemaFault('', 'it must be a schema: a JSON object');
  const { walk, references } = createWalk(rules, schema as Schema);
  const root = walk.toBody({ $ref: '#' }, { depth: 0, chain: [] });
  refuseEndless(walk, [...references()]);
  if (rules.size > MOST_GRAMMAR_CHARACTERS) throw tooLarge();
  return root;
}

const tooLarge = () => new SchemaFault('', 'the schema is too large to be enforced');

function createWalk(rules: Rules, root: Schema): { walk: Walk; references: () => Iterable<string> } {
  const counts = { schemas: 0, properties: 0, enumValues: 0 };
  const count = () => {
    counts.schemas += 1;
    if (counts.schemas > MOST_SCHEMAS || rules.size > MOST_GRAMMAR_CHARACTERS) throw tooLarge();
  };
  const follow = (reference: string, path: string) => followReference(root, reference, path);
  const flattener = createFlattener(root, { follow, count });
  const refs = createReferences();
  const walk: Walk = {
    ...flattener,
    rules,
    algebra: new Algebra(),
    counts,
    languages: new Map(),
    follow,
    toBody: (schema, place) => {
      count();
      return toBody(walk, schema, { place, refs });
    },
  };
  return { walk, references: () => refs.known.keys() };
}

interface References {
  /** `$ref` → its rule, also while that is still being written: recursion. Or why there is none. */
  known: Map<string, string | SchemaFault>;
  /** Those that are being written and were referred to meanwhile. */
  used: Set<string>;
  writing: Set<string>;
}

const createReferences = (): References => ({ known: new Map(), used: new Set(), writing: new Set() });

function toBody(walk: Walk, given: unknown, { place, refs }: { place: Place; refs: References }): string {
  const flat = walk.flatten(given);
  if (flat === false) throw new NothingFits(walk.pathOf(given), 'no value is allowed here');
  if (place.depth > MOST_DEPTH)
    throw new SchemaFault(walk.pathOf(flat), `it is nested deeper than ${MOST_DEPTH} levels`);
  if (flat.$ref !== undefined) return fromReference(walk, flat.$ref, { place, refs, path: walk.pathOf(flat) });
  if (flat.anyOf !== undefined || flat.oneOf !== undefined) return fromBranches(walk, flat, place);
  if (flat.enum !== undefined) return fromEnum(walk, flat);
  const types = flat.type ?? inferTypes(flat);
  return types.length === 0 ? walk.rules.shared('value') : fromTypes(walk, { flat, types, place });
}

const OF_TYPE: readonly [type: string, keywords: readonly (keyof FlatSchema)[]][] = [
  [
    'object',
    [
      'properties',
      'required',
      'additionalProperties',
      'patternProperties',
      'propertyNames',
      'minProperties',
      'maxProperties',
    ],
  ],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
];

/** The types that a schema without `type` has keywords for; none = any value. */
function inferTypes(flat: FlatSchema): string[] {
  return OF_TYPE.flatMap(([type, keywords]) => (keywords.some((key) => flat[key] !== undefined) ? [type] : []));
}

interface Typed {
  flat: FlatSchema;
  types: readonly string[];
  place: Place;
}

function fromTypes(walk: Walk, { flat, types, place }: Typed): string {
  let fault: NothingFits | undefined;
  const bodies = types.flatMap((type) => {
    try {
      return [fromType(walk, { flat, types: [type], place })];
    } catch (error) {
      if (!(error instanceof NothingFits)) throw error;
      fault = error;
      return [];
    }
  });
  if (bodies.length === 0 && fault !== undefined) throw fault;
  const [only] = bodies;
  return bodies.length === 1 && only !== undefined ? only : walk.rules.add('types', bodies.join(' | '));
}

function fromType(walk: Walk, { flat, types: [type = ''], place }: Typed): string {
  switch (type) {
    case 'string':
      return fromString(walk, flat);
    case 'integer':
    case 'number':
      return fromNumber(walk, flat, type === 'integer');
    case 'object':
      return fromObject(walk, flat, place);
    case 'array':
      return fromArray(walk, flat, place);
    default:
      return walk.rules.shared(type);
  }
}

interface Reference {
  place: Place;
  refs: References;
  path: string;
}

function fromReference(walk: Walk, reference: string, { place, refs, path }: Reference): string {
  if (place.chain.includes(reference)) throw new SchemaFault(`${path}/$ref`, `'${reference}' leads back to itself`);
  const known = refs.known.get(reference);
  if (known instanceof SchemaFault) throw known;
  if (known !== undefined) {
    if (refs.writing.has(reference)) refs.used.add(reference);
    return known;
  }
  const target = walk.follow(reference, path);
  const name = walk.rules.reserve(reference.split('/').at(-1) ?? 'ref');
  refs.known.set(reference, name);
  refs.writing.add(reference);
  try {
    const body = walk.toBody(target, { depth: place.depth + 1, chain: [...place.chain, reference] });
    walk.rules.define(name, body);
    return name;
  } catch (error) {
    // Rules that refer to this one stand already: there is no way around it any more.
    const stuck = error instanceof NothingFits && refs.used.has(reference);
    const fault = stuck ? new SchemaFault(error.path, error.message) : error;
    if (fault instanceof SchemaFault) refs.known.set(reference, fault);
    throw fault;
  } finally {
    refs.writing.delete(reference);
  }
}

function followReference(root: Schema, reference: string, path: string): unknown {
  if (!reference.startsWith('#'))
    throw new SchemaFault(`${path}/$ref`, `only references into the schema itself are supported, not '${reference}'`);
  const parts = reference.slice(1).split('/').slice(1);
  return parts.reduce<unknown>((at, part) => {
    const key = decodePart(part);
    if (typeof at === 'object' && at !== null && Object.hasOwn(at, key)) return (at as Schema)[key];
    throw new SchemaFault(`${path}/$ref`, `'${reference}' leads nowhere`);
  }, root);
}

function decodePart(part: string): string {
  let decoded = part;
  try {
    decoded = decodeURIComponent(part);
  } catch {
    // A percent sign that stands for itself.
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
}
