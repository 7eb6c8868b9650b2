/** Arrays. A tuple is written whole unless `minItems` lets it be shorter; items that no schema speaks of are left out. */
import { type FlatSchema, inside, NothingFits, type Place, SchemaFault, type Walk } from './walk.ts';

/** Items that one rule of the engine's grammar may count. */
const MOST_ITEMS = 1000;

export function fromArray(walk: Walk, schema: FlatSchema, place: Place): string {
  const path = walk.pathOf(schema);
  const { minItems, maxItems = Number.POSITIVE_INFINITY, prefixItems: tuple = [] } = schema;
  const min = minItems ?? 0;
  if (maxItems < min) throw new NothingFits(`${path}/maxItems`, 'it is less than minItems');
  if (min > MOST_ITEMS) throw new SchemaFault(`${path}/minItems`, `more than ${MOST_ITEMS} is not supported`);
  const prefix = tuple.slice(0, maxItems).map((item) => walk.rules.add('item', walk.toBody(item, inside(place))));
  const item = toItem(walk, schema, place);
  if (item === undefined && min > prefix.length)
    throw new NothingFits(`${path}/minItems`, 'there are not so many items');
  const more = item === undefined ? 0 : Math.min(maxItems, Math.max(MOST_ITEMS, min)) - prefix.length;
  const rest = { item: item ?? '', min: Math.max(min - prefix.length, 0), max: more };
  // Without a word about it, a tuple is whole.
  const least = minItems === undefined ? prefix.length : Math.min(min, prefix.length);
  return `"[" ${items(walk, prefix, { ...rest, least, unbounded: maxItems === Number.POSITIVE_INFINITY })} "]"`;
}

/** What stands behind a tuple, or is repeated where there is none; undefined = nothing. */
function toItem(
  walk: Walk,
  { items: schema, prefixItems: tuple = [], minItems = 0, maxItems }: FlatSchema,
  place: Place,
): string | undefined {
  if (maxItems !== undefined && maxItems <= tuple.length) return undefined;
  if (schema === undefined && tuple.length > 0 && minItems <= tuple.length) return undefined;
  try {
    return walk.rules.add('item', walk.toBody(schema ?? true, inside(place)));
  } catch (error) {
    if (error instanceof NothingFits) return undefined;
    throw error;
  }
}

interface Rest {
  item: string;
  min: number;
  max: number;
  /** Items of the tuple that must be there. */
  least: number;
  unbounded: boolean;
}

function items({ rules }: Walk, prefix: readonly string[], { item, min, max, least, unbounded }: Rest): string {
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
    body = index < least ? here : `(${here})?`;
  }
  return body;
}
