/**
 * Converts JSON Schema to GBNF. Text generated under the grammar always validates against the schema.
 * Invariants: a keyword that the grammar cannot enforce is refused with its path, or dropped and reported (see
 * keywords.ts); the running time is bounded.
 * Where a schema allows several spellings (order of properties, notation of a number), the grammar admits the narrower
 * set.
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
  MalformedSchemaError,
  type Position,
  type Schema,
  SchemaError,
  UnsatisfiableSchemaError,
  type Walk,
} from './walk.ts';

export { MalformedSchemaError, SchemaError };

const MAX_DEPTH = 50;
const MAX_GRAMMAR_CHARS = 500_000;
const MAX_SCHEMAS = 12_000;
/** Maximum time for widening a schema. Beyond it the schema is not enforced at all. */
const MAX_WIDENING_MS = 1500;

/** Throws SchemaError. */
export function toGrammar(schema: unknown, options?: Partial<SchemaOptions>): string {
  const rules = createRules();
  return rules.print(addSchema(rules, schema, options).root);
}

export interface SchemaOptions {
  /** true: refuses keywords that cannot be enforced. false: drops and reports them. Default true. */
  strict: boolean;
  /** Whether the schema describes function arguments, which are always an object. Default false. */
  isArguments: boolean;
}

export interface AddedSchema {
  /** Name of the schema's rule. */
  root: string;
  /** JSON pointers of keywords and schemas that are not enforced. */
  ignored: readonly string[];
}

/** Adds a schema to a grammar. References resolve within this schema. Throws SchemaError. */
export function addSchema(
  rules: Rules,
  schema: unknown,
  { strict = true, isArguments = false }: Partial<SchemaOptions> = {},
): AddedSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw new MalformedSchemaError('', 'it must be a schema: a JSON object');
  const dropped = new Set<string>();
  const restore = rules.mark();
  const started = performance.now();
  // Each round drops one more keyword or schema; the last resort is a schema that accepts any value.
  for (;;) {
    const prepared = prepareSchema(schema as Schema, { strict, isArguments, dropped });
    try {
      return { root: addPrepared(rules, prepared), ignored: prepared.ignored() };
    } catch (error) {
      if (strict || !(error instanceof SchemaError) || error instanceof MalformedSchemaError) throw error;
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

/** Returns the pointer to drop next: the failing keyword, else the nearest enclosing schema not yet dropped. */
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
  if (rules.size > MAX_GRAMMAR_CHARS) throw tooLarge();
  return root;
}

const tooLarge = () => new SchemaError('', 'the schema is too large to be enforced');

function createWalk(rules: Rules, prepared: PreparedSchema): { walk: Walk; references: () => Iterable<string> } {
  const counts = { schemas: 0, properties: 0, enumValues: 0 };
  const count = () => {
    counts.schemas += 1;
    if (counts.schemas > MAX_SCHEMAS || rules.size > MAX_GRAMMAR_CHARS) throw tooLarge();
  };
  const refs = createReferences();
  const walk: Walk = {
    ...createFlattener(prepared, count),
    rules,
    algebra: new Algebra(),
    counts,
    languages: new Map(),
    follow: prepared.follow,
    toBody: (schema, position) => {
      count();
      return toBody(walk, schema, { position, refs });
    },
  };
  return { walk, references: () => refs.known.keys() };
}

interface References {
  /** `$ref` → its rule, which exists before its body is complete (recursion), or the error of its conversion. */
  known: Map<string, string | SchemaError>;
  /** References that were used while their rule was incomplete. */
  used: Set<string>;
  /** References whose rule is incomplete. */
  writing: Set<string>;
}

const createReferences = (): References => ({ known: new Map(), used: new Set(), writing: new Set() });

function toBody(walk: Walk, given: unknown, { position, refs }: { position: Position; refs: References }): string {
  const flat = walk.flatten(given);
  if (flat === false) throw new UnsatisfiableSchemaError(walk.pathOf(given), 'no value is allowed here');
  if (position.depth > MAX_DEPTH)
    throw new SchemaError(walk.pathOf(flat), `it is nested deeper than ${MAX_DEPTH} levels`);
  if (flat.$ref !== undefined) return fromReference(walk, flat.$ref, { position, refs, path: walk.pathOf(flat) });
  if (flat.anyOf !== undefined || flat.oneOf !== undefined) return fromBranches(walk, flat, position);
  if (flat.enum !== undefined) return fromEnum(walk, flat);
  const types = flat.type ?? inferTypes(flat);
  return types.length === 0 ? walk.rules.shared('value') : fromTypes(walk, { flat, types, position });
}

const KEYWORDS_OF_TYPE: readonly [type: string, keywords: readonly (keyof FlatSchema)[]][] = [
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

/** Returns the types that the keywords of a schema without `type` apply to; none = any value. */
function inferTypes(flat: FlatSchema): string[] {
  return KEYWORDS_OF_TYPE.flatMap(([type, keywords]) =>
    keywords.some((key) => flat[key] !== undefined) ? [type] : [],
  );
}

interface Typed {
  flat: FlatSchema;
  types: readonly string[];
  position: Position;
}

function fromTypes(walk: Walk, { flat, types, position }: Typed): string {
  let failure: UnsatisfiableSchemaError | undefined;
  const bodies = types.flatMap((type) => {
    try {
      return [fromType(walk, { flat, types: [type], position })];
    } catch (error) {
      if (!(error instanceof UnsatisfiableSchemaError)) throw error;
      failure = error;
      return [];
    }
  });
  if (bodies.length === 0 && failure !== undefined) throw failure;
  const [only] = bodies;
  return bodies.length === 1 && only !== undefined ? only : walk.rules.add('types', bodies.join(' | '));
}

function fromType(walk: Walk, { flat, types: [type = ''], position }: Typed): string {
  switch (type) {
    case 'string':
      return fromString(walk, flat);
    case 'integer':
    case 'number':
      return fromNumber(walk, flat, type === 'integer');
    case 'object':
      return fromObject(walk, flat, position);
    case 'array':
      return fromArray(walk, flat, position);
    default:
      return walk.rules.shared(type);
  }
}

interface Reference {
  position: Position;
  refs: References;
  path: string;
}

function fromReference(walk: Walk, reference: string, { position, refs, path }: Reference): string {
  if (position.chain.includes(reference)) throw new SchemaError(`${path}/$ref`, `'${reference}' leads back to itself`);
  const known = refs.known.get(reference);
  if (known instanceof SchemaError) throw known;
  if (known !== undefined) {
    if (refs.writing.has(reference)) refs.used.add(reference);
    return known;
  }
  const target = walk.follow(reference);
  const name = walk.rules.reserve(reference.split('/').at(-1) ?? 'ref');
  refs.known.set(reference, name);
  refs.writing.add(reference);
  try {
    const body = walk.toBody(target, { depth: position.depth + 1, chain: [...position.chain, reference] });
    walk.rules.define(name, body);
    return name;
  } catch (error) {
    // Other rules already refer to this one, so it cannot be omitted.
    const isInUse = error instanceof UnsatisfiableSchemaError && refs.used.has(reference);
    const failure = isInUse ? new SchemaError(error.path, error.message) : error;
    if (failure instanceof SchemaError) refs.known.set(reference, failure);
    throw failure;
  } finally {
    refs.writing.delete(reference);
  }
}
