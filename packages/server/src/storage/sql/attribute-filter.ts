/**
 * Translates a filter over file attributes into a condition on `vector_store_files as f`, so that the database applies
 * it.
 */
import { type RawBuilder, sql } from 'kysely';
import type { AttributeValue } from '../repositories/vector-store-files.ts';
import type { AttributeFilter, Comparison } from '../repositories/vector-stores.ts';

const OPERATORS = { eq: sql`=`, ne: sql`=`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` };

/** The columns of an attribute value. Values of different kinds never match. */
export function toColumns(value: AttributeValue) {
  if (typeof value === 'string') return { kind: 'string' as const, text_value: value, number_value: null };
  const kind = typeof value === 'number' ? ('number' as const) : ('boolean' as const);
  return { kind, text_value: null, number_value: Number(value) };
}

export function toCondition(filter: AttributeFilter): RawBuilder<boolean> {
  if ('filters' in filter) {
    const separator = filter.type === 'and' ? sql` and ` : sql` or `;
    return sql<boolean>`(${sql.join(filter.filters.map(toCondition), separator)})`;
  }
  const negated = filter.type === 'ne' || filter.type === 'nin';
  return negated ? sql<boolean>`not ${exists(filter)}` : exists(filter);
}

function exists(comparison: Comparison): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from vector_store_file_attributes as a
    where a.file_key = f.key and a.name = ${comparison.key} and ${fits(comparison)})`;
}

function fits(comparison: Comparison): RawBuilder<boolean> {
  if ('value' in comparison) return compared(comparison.value, OPERATORS[comparison.type]);
  if (comparison.values.length === 0) return sql<boolean>`1 = 0`;
  const each = comparison.values.map((value) => compared(value, OPERATORS.eq));
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

function compared(value: AttributeValue, operator: RawBuilder<unknown>): RawBuilder<boolean> {
  const { kind, text_value, number_value } = toColumns(value);
  return kind === 'string'
    ? sql<boolean>`(a.kind = 'string' and a.text_value ${operator} ${text_value})`
    : sql<boolean>`(a.kind = ${kind} and a.number_value ${operator} ${number_value})`;
}
