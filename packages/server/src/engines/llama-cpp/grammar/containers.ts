/** Arrays and objects. */
import { jsonLiteral, literal, type Rules } from './rules.ts';
import { countOf, type Place, type Schema, SchemaFault, type Walk } from './walk.ts';

const MOST_PROPERTIES = 5000;

export function fromArray(walk: Walk, schema: Schema, place: Place): string {
  const { rules } = walk;
  const deeper = (key: string) => ({ path: `${place.path}/${key}`, depth: place.depth + 1 });
  const prefix = ((schema['prefixItems'] ?? []) as unknown[]).map((item, index) =>
    rules.add('item', walk.toBody(item, deeper(`prefixItems/${index}`))),
  );
  const min = countOf(schema, 'minItems', place) ?? 0;
  const max = countOf(schema, 'maxItems', place);
  if (prefix.length > 0) {
    if (min > prefix.length || (max !== undefined && max < prefix.length))
      throw new SchemaFault(
        `${place.path}/minItems`,
        'prefixItems are generated exactly, and this asks for another number',
      );
    return `"[" ${prefix.join(` ${rules.shared('comma')} `)} "]"`;
  }
  if (max !== undefined && max < min) throw new SchemaFault(`${place.path}/maxItems`, 'it is less than minItems');
  if (max === 0) return literal('[]');
  const item =
    schema['items'] === undefined
      ? rules.shared('value')
      : rules.add('item', walk.toBody(schema['items'], deeper('items')));
  const more = `(${rules.shared('comma')} ${item}){${Math.max(min - 1, 0)},${max === undefined ? '' : max - 1}}`;
  return min === 0 ? `"[" (${item} ${more})? "]"` : `"[" ${item} ${more} "]"`;
}

export function fromObject(walk: Walk, schema: Schema, place: Place): string {
  const { rules, counts } = walk;
  const properties = Object.entries((schema['properties'] ?? {}) as Schema);
  const required = new Set((schema['required'] ?? []) as string[]);
  counts.properties += properties.length;
  if (counts.properties > MOST_PROPERTIES)
    throw new SchemaFault(place.path, `the schema has more than ${MOST_PROPERTIES} properties`);
  const missing = [...required].find((name) => !properties.some(([known]) => known === name));
  if (missing !== undefined)
    throw new SchemaFault(`${place.path}/required`, `'${missing}' is required and not among the properties`);
  if (properties.length === 0) return openObject(walk, schema, place);
  const pairs = properties.map(([name, value]) => {
    const body = rules.add(
      name,
      walk.toBody(value, { path: `${place.path}/properties/${name}`, depth: place.depth + 1 }),
    );
    return { pair: `${jsonLiteral(name)} ${rules.shared('colon')} ${body}`, optional: !required.has(name) };
  });
  return `"{" ${members(rules, pairs)} "}"`;
}

/** An object that names no properties: any pairs, pairs of one schema, or none. */
function openObject(walk: Walk, schema: Schema, place: Place): string {
  const { rules } = walk;
  const additional = schema['additionalProperties'] ?? true;
  if (additional === false) return literal('{}');
  if (additional === true) return rules.shared('object');
  const value = rules.add(
    'value',
    walk.toBody(additional, { path: `${place.path}/additionalProperties`, depth: place.depth + 1 }),
  );
  const pair = rules.add('pair', `${rules.shared('string')} ${rules.shared('colon')} ${value}`);
  return `"{" (${pair} (${rules.shared('comma')} ${pair})*)? "}"`;
}

/** The pairs in order, each optional one present or not, with commas exactly between those that are. */
function members(rules: Rules, pairs: readonly { pair: string; optional: boolean }[]): string {
  const comma = rules.shared('comma');
  // From the last pair backwards: what may follow when something stands before it, and when nothing does.
  let after = '""';
  let first = '""';
  for (const { pair, optional } of pairs.toReversed()) {
    const [withComma, without] = [`${comma} ${pair} ${after}`, `${pair} ${after}`];
    first = optional ? rules.add('first', `${without} | ${first}`) : without;
    after = rules.add('after', optional ? `${withComma} | ${after}` : withComma);
  }
  return first;
}
