/**
 * Prepares a schema for conversion: resolves references to pointers, rewrites older drafts to 2020-12, and drops
 * keywords that cannot be enforced if that is allowed (keywords.ts). The given schema is not modified.
 * Schemas are prepared when they are reached, so that an unused definition cannot cause an error.
 */
import {
  conditionalNames,
  droppedWith,
  ENFORCED_SUBSCHEMAS,
  type Holds,
  isAnnotation,
  isWithoutEffect,
} from './keywords.ts';
import { Algebra, TooLargeError } from './regular/algebra.ts';
import { PatternError, parsePattern } from './regular/pattern.ts';
import { createReferences, type SchemaReferences, toPointerPart } from './schema-references.ts';
import { NUMBER_FORMATS, STRING_FORMATS } from './string-formats.ts';
import { MalformedSchemaError, type Schema, SchemaError } from './walk.ts';

export interface PrepareOptions {
  /** Keeps keywords that cannot be enforced, so that they are refused. */
  strict: boolean;
  /** Whether the schema describes function arguments, which are always an object. */
  isArguments: boolean;
  /** JSON pointers of keywords and schemas that cannot be enforced. */
  dropped: ReadonlySet<string>;
}

export interface PreparedSchema {
  root: unknown;
  /** Returns the prepared target of a prepared `$ref`. */
  follow(reference: string): unknown;
  /** JSON pointer of a prepared schema. */
  pathOf(schema: object): string | undefined;
  /** Whether a schema was reached at this JSON pointer. */
  isSchema(pointer: string): boolean;
  /** JSON pointers of dropped keywords and schemas, in the order in which they were reached. */
  ignored(): readonly string[];
}

const MAX_DEPTH = 120;
const MAX_SCHEMAS = 20_000;
const MAX_PATTERN_CHARS = 10_000;

export function prepareSchema(root: Schema, options: PrepareOptions): PreparedSchema {
  const preparer = new Preparer(root, options);
  return {
    root: preparer.reach('', root),
    follow: (reference) => preparer.follow(reference),
    pathOf: (schema) => preparer.paths.get(schema),
    isSchema: (pointer) => preparer.reached.has(pointer),
    ignored: () => [...preparer.ignored],
  };
}

interface Position {
  pointer: string;
  depth: number;
}

class Preparer {
  readonly reached = new Map<string, unknown>();
  readonly paths = new WeakMap<object, string>();
  readonly ignored = new Set<string>();
  readonly #options: PrepareOptions;
  readonly #references: SchemaReferences;

  constructor(root: Schema, options: PrepareOptions) {
    this.#options = options;
    this.#references = createReferences(root);
  }

  follow(reference: string): unknown {
    const pointer = reference.slice(1);
    return this.reach(pointer, this.#references.valueAt(pointer));
  }

  reach(pointer: string, given: unknown, depth = 0): unknown {
    const known = this.reached.get(pointer);
    if (known !== undefined) return known;
    const prepared = this.#prepare(given, { pointer, depth });
    this.reached.set(pointer, prepared);
    return prepared;
  }

  #prepare(given: unknown, position: Position): unknown {
    const { pointer, depth } = position;
    if (typeof given === 'boolean') return given;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new MalformedSchemaError(pointer, 'it must be a schema: a JSON object');
    const { strict, dropped, isArguments } = this.#options;
    const schema = given as Schema;
    const isRootOfArguments = isArguments && pointer === '';
    const isTooLarge = depth > MAX_DEPTH || this.reached.size > MAX_SCHEMAS;
    if (isTooLarge && strict) throw new SchemaError(pointer, 'it is too large, or nested too deeply');
    if (isTooLarge || dropped.has(pointer)) {
      this.ignored.add(pointer);
      return this.#note(isRootOfArguments ? { type: 'object' } : toWeakest(schema), pointer);
    }
    const left = this.#withoutDropped(schema, pointer);
    const copy = this.#note(this.#copy(left, position), pointer);
    if (dropped.has(`${pointer}/oneOf`)) widenOneOf(copy, pointer, this.#note.bind(this));
    if (isRootOfArguments) return this.#asArguments(copy);
    // OpenAPI 3.0: `nullable` allows null regardless of the other keywords.
    return schema['nullable'] === true ? this.#note({ anyOf: [{ type: 'null' }, copy] }, pointer) : copy;
  }

  #note<T extends object>(schema: T, pointer: string): T {
    this.paths.set(schema, pointer);
    return schema;
  }

  /** Returns the remaining keywords in the spelling of draft 2020-12. */
  #withoutDropped(schema: Schema, pointer: string): Schema {
    const left = Object.create(null) as Schema;
    for (const [key, value] of Object.entries(schema)) if (!isWithoutEffect(key, schema)) left[key] = value;
    toExclusive(left, 'minimum', 'exclusiveMinimum');
    toExclusive(left, 'maximum', 'exclusiveMaximum');
    if (this.#options.strict) return left;
    const isOpen = left['additionalProperties'] === undefined;
    for (const key of Object.keys(left)) if (this.#mustDrop(key, left, pointer)) this.#drop(key, left, pointer);
    const names = isOpen ? conditionalNames(schema) : new Set<string>();
    if (names.size > 0) left['properties'] = withNames(left['properties'], names);
    return left;
  }

  #drop(key: string, left: Schema, pointer: string): void {
    for (const each of droppedWith(key, left)) {
      if (!(each in left)) continue;
      if (each !== 'additionalProperties' || left[each] !== true) this.ignored.add(`${pointer}/${toPointerPart(each)}`);
      if (each === 'enum') keepTypes(left);
      // `widenOneOf` needs the branches.
      if (each !== 'oneOf') delete left[each];
    }
    // Keeps allowing the properties that the patterns allowed.
    if (key === 'patternProperties') left['additionalProperties'] = true;
  }

  #mustDrop(key: string, schema: Schema, pointer: string): boolean {
    const value = schema[key];
    if (this.#options.dropped.has(`${pointer}/${toPointerPart(key)}`)) return true;
    switch (key) {
      case 'pattern':
        return typeof value === 'string' && !isReadable(value);
      case 'patternProperties':
        return typeof value === 'object' && value !== null && !Object.keys(value).every(isReadable);
      case 'format':
        return (
          typeof value === 'string' && !Object.hasOwn(STRING_FORMATS, value) && !Object.hasOwn(NUMBER_FORMATS, value)
        );
      case '$ref':
      case '$dynamicRef':
      case '$recursiveRef':
        return !this.#canResolve(key, value, pointer);
      default:
        return !isAnnotation(key) && !OWN_KEYWORDS.has(key) && !Object.hasOwn(ENFORCED_SUBSCHEMAS, key);
    }
  }

  #canResolve(keyword: string, reference: unknown, pointer: string): boolean {
    if (typeof reference !== 'string') return true;
    try {
      this.#references.resolve(reference, { pointer, keyword });
      return true;
    } catch (error) {
      if (error instanceof MalformedSchemaError || !(error instanceof SchemaError)) throw error;
      return false;
    }
  }

  #copy(schema: Schema, position: Position): Schema {
    const { nullable: _, $dynamicRef, $recursiveRef, ...copy } = schema;
    for (const [key, holds] of Object.entries(ENFORCED_SUBSCHEMAS))
      if (copy[key] !== undefined) copy[key] = this.#copyInner(copy[key], holds, this.#nested(position, key));
    const references = Object.entries({ $ref: copy['$ref'], $dynamicRef, $recursiveRef }).flatMap(
      ([keyword, value]) => {
        if (typeof value !== 'string') return [];
        return [`#${this.#references.resolve(value, { pointer: position.pointer, keyword })}`];
      },
    );
    const [first, ...more] = references;
    if (first !== undefined) copy['$ref'] = first;
    if (more.length > 0)
      copy['allOf'] = [
        ...((copy['allOf'] as unknown[] | undefined) ?? []),
        ...more.map(($ref) => this.#note({ $ref }, position.pointer)),
      ];
    return { ...copy };
  }

  #nested({ pointer, depth }: Position, key: string | number): Position {
    return { pointer: `${pointer}/${toPointerPart(String(key))}`, depth: depth + 1 };
  }

  /** Returns malformed values unchanged; flattening refuses them. */
  #copyInner(value: unknown, holds: Holds, position: Position): unknown {
    const one = (inner: unknown, at: Position) => this.reach(at.pointer, inner, at.depth);
    if (Array.isArray(value)) {
      if (holds === 'schema' || holds === 'map') return value;
      return value.map((inner, index) => one(inner, this.#nested(position, index)));
    }
    if (holds === 'schemas') return value;
    if (holds !== 'map') return typeof value === 'object' || typeof value === 'boolean' ? one(value, position) : value;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(
      ([name, inner]) => [name, one(inner, this.#nested(position, name))] as const,
    );
    return Object.fromEntries(entries);
  }

  /** Returns an object schema. If it names no properties, it accepts none unless it allows others explicitly. */
  #asArguments(schema: Schema): Schema {
    const refuse = () => new MalformedSchemaError('/type', "the parameters of a function must be of type 'object'");
    const { type, $ref } = schema;
    const keys = Object.keys(schema).filter((key) => !isAnnotation(key));
    if (this.#options.strict) {
      const target = this.#target(schema);
      if (target['type'] !== 'object' && Object.keys(target).length > 0) throw refuse();
      if ($ref !== undefined && target !== schema) return schema;
    } else if (type !== undefined && ![type].flat().includes('object')) throw refuse();
    const closed = keys.every((key) => key === 'type' || key === 'properties' || key === 'required');
    const none = schema['properties'] !== undefined && Object.keys(schema['properties'] as object).length === 0;
    const more = closed && none ? { additionalProperties: false } : {};
    return this.#note({ ...schema, type: 'object', ...more }, '');
  }

  /** Follows a chain of bare `$ref`s to its target. */
  #target(schema: Schema): Schema {
    let at = schema;
    for (let step = 0; typeof at['$ref'] === 'string' && step < MAX_STEPS; step += 1) {
      if (at['$ref'] === '#') break;
      const next = this.follow(at['$ref']);
      if (typeof next !== 'object' || next === null) break;
      at = next as Schema;
    }
    return at;
  }
}

const MAX_STEPS = 20;

const OWN_KEYWORDS = new Set(
  (
    'type enum const minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum multipleOf required ' +
    'minProperties maxProperties minItems maxItems nullable'
  ).split(' '),
);

function withNames(properties: unknown, names: ReadonlySet<string>): unknown {
  if (properties !== undefined && (typeof properties !== 'object' || properties === null)) return properties;
  const known = (properties ?? {}) as Record<string, unknown>;
  const others = [...names].filter((name) => !Object.hasOwn(known, name));
  return Object.fromEntries([...Object.entries(known), ...others.map((name) => [name, true] as const)]);
}

function isReadable(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_CHARS) return false;
  try {
    parsePattern(new Algebra(), pattern);
    return true;
  } catch (error) {
    if (error instanceof PatternError || error instanceof TooLargeError) return false;
    throw error;
  }
}

/** Up to draft 4, and in OpenAPI 3.0, a boolean makes a bound exclusive. */
function toExclusive(schema: Schema, bound: string, exclusive: string): void {
  if (typeof schema[exclusive] !== 'boolean') return;
  if (schema[exclusive] && bound in schema) {
    schema[exclusive] = schema[bound];
    delete schema[bound];
  } else delete schema[exclusive];
}

/** Replaces `oneOf` by `anyOf`, which also accepts values that match several branches. */
function widenOneOf(copy: Schema, pointer: string, note: <T extends object>(schema: T, pointer: string) => T): void {
  const { anyOf, allOf, oneOf } = copy;
  if (oneOf === undefined) return;
  delete copy['oneOf'];
  if (anyOf === undefined) copy['anyOf'] = oneOf;
  else copy['allOf'] = [...((allOf as unknown[] | undefined) ?? []), note({ anyOf: oneOf }, pointer)];
}

/** Keeps the types of the values of a dropped `enum`. */
function keepTypes(schema: Schema): void {
  const { enum: values, type } = schema;
  if (type === undefined && Array.isArray(values)) schema['type'] = [...new Set(values.map(typeOf))];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns the part of an unenforceable schema that is kept: its type. */
function toWeakest({ type, nullable }: Schema): Schema {
  if (type === undefined) return {};
  return { type: nullable === true ? [...new Set([type].flat().concat('null'))] : type };
}
