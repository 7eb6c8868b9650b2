/** A filter as it is asked for → one that the storage applies; what has no meaning is refused by its place. */
import type { ComparisonFilter, Filter } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { AttributeFilter, Comparison } from '../../storage/repositories/vector-stores.ts';

/** Deeper ones cost more than they say. */
const MOST_COMPARISONS = 100;

export function toAttributeFilter(filter: Filter): AttributeFilter {
  let comparisons = 0;
  function convert(each: Filter, param: string): AttributeFilter {
    if ('filters' in each) {
      const filters = each.filters.map((inner, index) => convert(inner, `${param}.filters[${index}]`));
      return { type: each.type, filters };
    }
    comparisons += 1;
    if (comparisons > MOST_COMPARISONS) {
      throw errors.invalidValue('filters', `A filter may have ${MOST_COMPARISONS} comparisons; this one has more.`);
    }
    return toComparison(each, param);
  }
  return convert(filter, 'filters');
}

function toComparison({ type, key, value }: ComparisonFilter, param: string): Comparison {
  const refuse = (expected: string) =>
    errors.invalidValue(`${param}.value`, `Invalid '${param}.value': '${type}' compares with ${expected}.`);
  if (type === 'in' || type === 'nin') {
    if (!Array.isArray(value)) throw refuse('a list');
    return { type, key, values: value };
  }
  if (Array.isArray(value)) throw refuse('one value, not a list');
  const ordered = type !== 'eq' && type !== 'ne';
  if (ordered && typeof value === 'boolean') throw refuse('a number or a text, since booleans have no order');
  return { type, key, value };
}
