/** Arrays. A tuple is complete unless `minItems` allows fewer items; items without a schema are omitted. */
import { type FlatSchema, nested, type Position, SchemaError, UnsatisfiableSchemaError, type Walk } from './walk.ts';

/** Maximum repetitions in one rule of the grammar engine. */
const MAX_ITEMS = 1000;

export function fromArray(walk: Walk, schema: FlatSchema, position: Position): string {
  const path = walk.pathOf(schema);
  const { minItems, maxItems = Number.POSITIVE_INFINITY, prefixItems: tuple = [] } = schema;
  const min = minItems ?? 0;
  if (maxItems < min) throw new UnsatisfiableSchemaError(`${path}/maxItems`, 'it is less than minItems');
  if (min > MAX_ITEMS) throw new SchemaError(`${path}/minItems`, `more than ${MAX_ITEMS} is not supported`);
  const prefix = tuple.slice(0, maxItems).map((item) => walk.rules.add('item', walk.toBody(item, nested(position))));
  const item = toItem(walk, schema, position);
  if (item === undefined && min > prefix.length)
    throw new UnsatisfiableSchemaError(`${path}/minItems`, 'the schema allows fewer items');
  const more = item === undefined ? 0 : Math.min(maxItems, Math.max(MAX_ITEMS, min)) - prefix.length;
  const rest = { item: item ?? '', min: Math.max(min - prefix.length, 0), max: more };
  // Without `minItems`, a tuple is complete.
  const minTuple = minItems === undefined ? prefix.length : Math.min(min, prefix.length);
  return `"[" ${items(walk, prefix, { ...rest, minTuple, unbounded: maxItems === Number.POSITIVE_INFINITY })} "]"`;
}

/** Returns the rule of the items after the tuple, or of all items without one; undefined = none. */
function toItem(
  walk: Walk,
  { items: schema, prefixItems: tuple = [], minItems = 0, maxItems }: FlatSchema,
  position: Position,
): string | undefined {
  if (maxItems !== undefined && maxItems <= tuple.length) return undefined;
  if (schema === undefined && tuple.length > 0 && minItems <= tuple.length) return undefined;
  try {
    return walk.rules.add('item', walk.toBody(schema ?? true, nested(position)));
  } catch (error) {
    if (error instanceof UnsatisfiableSchemaError) return undefined;
    throw error;
  }
}

interface Rest {
  item: string;
  min: number;
  max: number;
  /** Number of required tuple items. */
  minTuple: number;
  unbounded: boolean;
}

function items({ rules }: Walk, prefix: readonly string[], { item, min, max, minTuple, unbounded }: Rest): string {
  const comma = rules.shared('comma');
  const most = (used: number) => (unbounded ? '' : String(max - used));
  if (prefix.length === 0) {
    if (max <= 0) return '';
    const more = `(${comma} ${item}){${Math.max(min - 1, 0)},${most(1)}}`;
    return min === 0 ? `(${item} ${more})?` : `${item} ${more}`;
  }
  let body = max <= 0 ? '' : `(${comma} ${item}){${min},${most(0)}}`;
  for (const [index, each] of [...prefix.entries()].reverse()) {
    const here = `${index === 0 ? '' : comma} ${each} ${body}`;
    body = index < minTuple ? here : `(${here})?`;
  }
  return body;
}
