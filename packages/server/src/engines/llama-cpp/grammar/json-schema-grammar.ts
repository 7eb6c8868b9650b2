/**
 * JSON Schema → GBNF: what is decoded under the grammar validates against the schema, always.
 * Invariants: a keyword that the grammar cannot enforce is refused with its path, or dropped and named (see keywords.ts); how long it
 * takes is bounded.
 * Where a schema leaves a choice (the order of properties, how a number is written) the grammar takes the narrower side.
 */
import { fromBranches, fromEnum } from './alternatives.ts';
import { fromArray } from './arrays.ts';
import { refuseEndless } from './ends.ts';
import { createFlattener } from './flatten.ts';
import { fromObject } from './objects.ts';
import { type PreparedSchema, prepareSchema } from './prepare-schema.ts';
import { Algebra } from './regular/algebra.ts';
import { createRules, type Rules } from './rules.ts';
import { fromNumber, fromString } from './scalars.ts';
import {
  type FlatSchema,
  MalformedSchema,
  NothingFits,
  type Place,
  type Schema,
  SchemaFault,
  type Walk,
} from './walk.ts';

export { MalformedSchema, SchemaFault };

const MOST_DEPTH = 50;
const MOST_GRAMMAR_CHARACTERS = 500_000;
const MOST_SCHEMAS = 12_000;
/** A schema that needs longer to be widened is not enforced at all. */
const MAX_WIDENING_MS = 1500;

/** Throws SchemaFault. */
export function toGrammar(schema: unknown, options?: Partial<SchemaOptions>): string {
  const rules = createRules();
  return rules.print(addSchema(rules, schema, options).root);
}

export interface SchemaOptions {
  /** What cannot be enforced is refused. Otherwise it is left out and named. Default true. */
  strict: boolean;
  /** The schema is that of a function's arguments: they are an object, whether it says so or not. Default false. */
  isArguments: boolean;
}

export interface AddedSchema {
  /** Name of the schema's rule. */
  root: string;
  /** JSON pointers of what is not enforced. */
  ignored: readonly string[];
}

/** Adds a schema to a grammar, with references of its own. Throws SchemaFault. */
export function addSchema(
  rules: Rules,
  schema: unknown,
  { strict = true, isArguments = false }: Partial<SchemaOptions> = {},
): AddedSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new MalformedSchema('', 'it must be a schema: a JSON object');
  const dropped = new Set<string>();
  const restore = rules.mark();
  const started = performance.now();
  // What is left out widens the schema a little more each time, at last to any value.
  for (;;) {
    const prepared = prepareSchema(schema as Schema, { strict, isArguments, dropped });
    try {
      return { root: addPrepared(rules, prepared), ignored: prepared.ignored() };
    } catch (error) {
      if (strict || !(error instanceof SchemaFault) || error instanceof MalformedSchema) throw error;
      restore();
      const isLate = performance.now() - started > MAX_WIDENING_MS;
      dropped.add(isLate ? '' : nextDrop(error.path, { dropped, isSchema: prepared.isSchema }));
    }
  }
}

interface Drops {
  dropped: ReadonlySet<string>;
  isSchema(pointer: string): boolean;
}

/** The keyword at fault; if it was dropped already, the schema that it is in, and so on outwards. */
function nextDrop(path: string, { dropped, isSchema }: Drops): string {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const isKeyword = isSchema(at.slice(0, at.lastIndexOf('/')));
    if ((isKeyword || isSchema(at)) && !dropped.has(at)) return at;
  }
  return '';
}

function addPrepared(rules: Rules, prepared: PreparedSchema): string {
  const { walk, references } = createWalk(rules, prepared);
  const root = walk.toBody({ $ref: '#' }, { depth: 0, chain: [] });
  refuseEndless(walk, [...references()]);
  if (rules.size > MOST_GRAMMAR_CHARACTERS) throw tooLarge();
  return root;
}

const tooLarge = () => new SchemaFault('', 'the schema is too large to be enforced');

function createWalk(rules: Rules, prepared: PreparedSchema): { walk: Walk; references: () => Iterable<string> } {
  const counts = { schemas: 0, properties: 0, enumValues: 0 };
  const count = () => {
    counts.schemas += 1;
    if (counts.schemas > MOST_SCHEMAS || rules.size > MOST_GRAMMAR_CHARACTERS) throw tooLarge();
  };
  const refs = createReferences();
  const walk: Walk = {
    ...createFlattener(prepared, count),
    rules,
    algebra: new Algebra(),
    counts,
    languages: new Map(),
    follow: prepared.follow,
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
  const target = walk.follow(reference);
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
