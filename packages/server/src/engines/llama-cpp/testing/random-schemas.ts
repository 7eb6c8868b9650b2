/**
 * Generates random nested schemas from all keywords that the grammar enforces. Equal seeds generate equal schemas.
 * Invariant: each schema is satisfiable, with values short enough for a random-weight model to complete.
 */
import { STRING_FORMATS } from '../grammar/string-formats.ts';

const NAMES = ['name', 'größe', '日付', 'a b', 'emoji 😀', 'quote"d', 'x/y', 'back\\slash', 'naïve\n'];
const PATTERNS = [
  '^[a-z]{2,5}$',
  '^(red|green|blue)-\\d{1,3}$',
  'x\\.y',
  '^(?!a)[a-c]{1,4}$',
  '^[^"\\\\]{1,6}$',
  '^\\S+@\\S+$',
  '[äöü]|日|😀',
  '^(?=.*\\d)(?=.*[a-z])[a-z0-9]{2,6}$',
];

export interface RandomSchemas {
  /** Returns a schema whose values are objects. */
  object(): Record<string, unknown>;
}

export function createRandomSchemas(seed: number): RandomSchemas {
  let state = seed + 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const some = <T>(items: readonly T[]): T[] => items.filter(() => below(2) === 1);
  const chance = (percent: number) => below(100) < percent;

  const bounds = (scale: number) => {
    const low = below(200 * scale) / scale - 100;
    const high = low + 1 + below(5000 * scale) / scale;
    return pick<object>([
      { minimum: low },
      { maximum: high },
      { minimum: low, maximum: high },
      { exclusiveMinimum: low, exclusiveMaximum: high + 1 },
    ]);
  };

  const strings = (): object => {
    const [minLength, maxLength] = [below(3), 3 + below(6)];
    return pick<() => object>([
      () => ({ type: 'string' }),
      () => ({ type: 'string', minLength, maxLength }),
      () => ({ type: 'string', format: pick(Object.keys(STRING_FORMATS)) }),
      () => ({ type: 'string', pattern: pick(PATTERNS) }),
      () => ({ type: 'string', pattern: '^[a-f]*$', minLength, maxLength }),
      () => ({ type: 'string', format: 'date', pattern: '^20' }),
    ])();
  };

  const leaf = (): object =>
    pick<() => object>([
      strings,
      strings,
      () => ({ enum: ['red', 'grün', 5, null, true, -1.5, '"', { a: 1 }] }),
      () => ({ type: 'string', enum: ['a', 'bb', 'ccc', '日本'], minLength: 2 }),
      () => ({ const: pick<unknown>([{ fixed: ['value'] }, 'x', 0, null, []]) }),
      () => ({ type: 'integer', ...bounds(1) }),
      () => ({ type: 'integer', multipleOf: 1 + below(12), ...bounds(1) }),
      () => ({ type: 'number', ...bounds(100) }),
      () => ({ type: 'number', multipleOf: pick([0.25, 0.5, 0.125, 3]) }),
      () => ({ type: pick(['number', 'integer', 'boolean', 'null']) }),
      () => ({ type: ['boolean', 'null', 'integer'], description: 'maybe', default: null }),
    ])();

  const array = (depth: number): object => {
    const [minItems, maxItems] = [below(3), 2 + below(2)];
    return pick<() => object>([
      () => ({ type: 'array', items: schema(depth - 1), minItems, maxItems }),
      () => ({ type: 'array', items: schema(depth - 1), maxItems: 1 }),
      () => ({ type: 'array', prefixItems: [schema(depth - 1), schema(depth - 1)], items: false }),
      () => ({ type: 'array', prefixItems: [leaf(), leaf()], items: leaf(), minItems: 1, maxItems: 3 }),
    ])();
  };

  const closed = (depth: number, names = NAMES): object => {
    const chosen = some(names);
    const properties = Object.fromEntries(chosen.map((name) => [name, schema(depth - 1)]));
    return { type: 'object', properties, required: some(chosen), additionalProperties: false };
  };

  const map = (depth: number): object =>
    pick<() => object>([
      () => ({ type: 'object', additionalProperties: leaf(), maxProperties: 2 }),
      () => ({ ...closed(1), additionalProperties: leaf(), maxProperties: 12 }),
      () => ({ type: 'object', patternProperties: { '^s_[a-z]{1,3}$': leaf() }, additionalProperties: false }),
      () => ({
        type: 'object',
        propertyNames: { pattern: '^[A-Z]{1,3}$' },
        additionalProperties: leaf(),
        minProperties: 1,
      }),
      () => ({
        type: 'object',
        properties: { a: leaf(), b: leaf(), c: schema(depth - 1) },
        additionalProperties: false,
        minProperties: 2,
      }),
    ])();

  const merged = (depth: number): object => {
    const parts = [closed(depth, ['name', '日付']), closed(depth, ['a b', 'x/y'])].map((part) => {
      const { additionalProperties: _, ...open } = part as Record<string, unknown>;
      return open;
    });
    return pick<() => object>([
      () => ({ allOf: parts }),
      () => ({ allOf: [{ type: 'integer', minimum: 3 }, { maximum: 90 }, { multipleOf: 3 }] }),
      () => ({ type: 'string', anyOf: [{ pattern: '^a' }, { minLength: 4 }], maxLength: 5 }),
      () => ({ allOf: [{ $ref: '#/$defs/word' }], description: 'a reference in allOf' }),
      () => ({ $ref: '#/$defs/word', minLength: 2 }),
    ])();
  };

  const oneOf = (depth: number): object =>
    pick<() => object>([
      () => ({ oneOf: [{ type: 'string', maxLength: 3 }, { type: 'integer' }, { type: 'null' }] }),
      () => ({
        oneOf: [
          { type: 'integer', maximum: 0 },
          { type: 'integer', exclusiveMinimum: 0 },
        ],
      }),
      () => ({
        oneOf: ['cat', 'dog'].map((kind) => ({
          type: 'object',
          properties: { kind: { const: kind }, [`of ${kind}`]: schema(depth - 1) },
          required: ['kind'],
          additionalProperties: chance(50) ? false : undefined,
        })),
      }),
    ])();

  const schema = (depth: number): object => {
    if (depth <= 0) return leaf();
    return pick<() => object>([
      leaf,
      leaf,
      () => array(depth),
      () => ({ anyOf: [schema(depth - 1), schema(depth - 1)] }),
      () => oneOf(depth),
      () => closed(depth),
      () => map(depth),
      () => merged(depth),
      () => ({ $ref: pick(['#/$defs/tree', '#/$defs/word', '#/$defs/list']) }),
    ])();
  };

  const DEFINITIONS = {
    word: { type: 'string', maxLength: 6 },
    tree: {
      type: 'object',
      properties: {
        value: { $ref: '#/$defs/word' },
        children: { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 1 },
      },
      required: ['value', 'children'],
      additionalProperties: false,
    },
    list: {
      type: 'object',
      properties: { next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/list' }] } },
      required: ['next'],
      additionalProperties: false,
    },
  };

  // Removes undefined properties, because JSON has none.
  return {
    object: () => JSON.parse(JSON.stringify({ ...closed(3), $defs: DEFINITIONS })) as Record<string, unknown>,
  };
}
