/**
 * Converts the filter of a request to one of the storage. Comparisons without a meaning are refused with their path.
 */
import type { ComparisonFilter, Filter } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { AttributeFilter, Comparison } from '../../storage/repositories/vector-stores.ts';

/** Limits the cost of a filter. */
const MAX_COMPARISONS = 100;

export function toAttributeFilter(filter: Filter): AttributeFilter {
  let comparisons = 0;
  function convert(each: Filter, param: string): AttributeFilter {
    if ('filters' in each) {
      const filters = each.filters.map((inner, index) => convert(inner, `${param}.filters[${index}]`));
      return { type: each.type, filters };
    }
    comparisons += 1;
    if (comparisons > MAX_COMPARISONS) {
      throw errors.invalidValue('filters', `A filter may have ${MAX_COMPARISONS} comparisons; this one has more.`);
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
  const isOrdering = type !== 'eq' && type !== 'ne';
  if (isOrdering && typeof value === 'boolean') throw refuse('a number or a text, since booleans have no order');
  return { type, key, value };
}
