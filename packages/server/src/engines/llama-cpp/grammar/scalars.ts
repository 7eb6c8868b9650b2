/** Strings and numbers. */
import { integerRange } from './integer-range.ts';
import { STRING_FORMATS } from './string-formats.ts';
import { countOf, type Place, type Schema, SchemaFault, type Walk } from './walk.ts';

export function fromString(walk: Walk, schema: Schema, place: Place): string {
  const { minLength, maxLength, format } = schema;
  if (format !== undefined) {
    const body = typeof format === 'string' ? STRING_FORMATS[format] : undefined;
    if (body === undefined)
      throw new SchemaFault(`${place.path}/format`, `the format ${JSON.stringify(format)} is not supported`);
    if (minLength !== undefined || maxLength !== undefined)
      throw new SchemaFault(place.path, 'a format and a length together are not supported');
    return walk.rules.add('format', `"\\"" ${body} "\\""`);
  }
  if (minLength === undefined && maxLength === undefined) return walk.rules.shared('string');
  return `"\\"" ${walk.rules.shared('char')}${repeats(schema, ['minLength', 'maxLength'], place)} "\\""`;
}

/** `{min,max}` from two keywords. */
function repeats(schema: Schema, [low, high]: readonly [string, string], place: Place): string {
  const min = countOf(schema, low, place) ?? 0;
  const max = countOf(schema, high, place);
  if (max !== undefined && max < min) throw new SchemaFault(`${place.path}/${high}`, `it is less than ${low}`);
  return max === undefined ? `{${min},}` : `{${min},${max}}`;
}

export function fromInteger(walk: Walk, schema: Schema, place: Place): string {
  const bound = (keyword: string, exclusive: string, step: 1 | -1): number | undefined => {
    const open = schema[keyword] as number | undefined;
    const closed = schema[exclusive] as number | undefined;
    for (const value of [open, closed])
      if (value !== undefined && typeof value !== 'number')
        throw new SchemaFault(`${place.path}/${keyword}`, 'it must be a number');
    const candidates = [
      ...(open === undefined ? [] : [step > 0 ? Math.ceil(open) : Math.floor(open)]),
      ...(closed === undefined ? [] : [step > 0 ? Math.floor(closed) + 1 : Math.ceil(closed) - 1]),
    ];
    return candidates.length === 0 ? undefined : step > 0 ? Math.max(...candidates) : Math.min(...candidates);
  };
  const min = bound('minimum', 'exclusiveMinimum', 1);
  const max = bound('maximum', 'exclusiveMaximum', -1);
  if (min === undefined && max === undefined) return walk.rules.shared('integer');
  if ([min, max].some((value) => value !== undefined && !Number.isSafeInteger(value)))
    throw new SchemaFault(place.path, 'its bounds are too large to be enforced');
  if (min !== undefined && max !== undefined && min > max)
    throw new SchemaFault(place.path, 'no integer lies between its bounds');
  return walk.rules.add('integer', integerRange(min, max));
}

export function fromNumber(walk: Walk, schema: Schema, place: Place): string {
  if (schema['minimum'] === undefined) return walk.rules.shared('number');
  if (schema['minimum'] !== 0)
    throw new SchemaFault(
      `${place.path}/minimum`,
      'for numbers only a minimum of 0 can be enforced; integers take any bound',
    );
  return `("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,16})?`;
}
