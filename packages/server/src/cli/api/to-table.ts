/** Objects and lists of the API as plain text in columns. Pure. */
import { table } from '../table.ts';

type Json = Record<string, unknown>;

/** Characters of a cell that is not the only one of its row. */
const MAX_CELL = 60;

/** A row per item, and a column per property that has a plain value in at least one item. `id` comes first. */
export function listToTable(items: readonly unknown[], width: number): string {
  const rows = items.map((item): Json => (isObject(item) ? item : { value: item }));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => name !== 'object' && rows.some((row) => row[name] != null) && rows.every((row) => isPlain(row[name])),
  );
  const columns = [...names.filter((name) => name === 'id'), ...names.filter((name) => name !== 'id')];
  if (columns.length === 0) return '';
  const cells = rows.map((row) => columns.map((name) => cut(cell(name, row[name]))));
  return table(columns, cells, width);
}

/** A row per property; the properties of inner objects have names with dots. */
export function objectToTable(value: unknown, width: number): string {
  const rows = flatten('', value).map(([name, each]) => [name, cell(name, each)]);
  return table(['field', 'value'], rows, width);
}

function flatten(prefix: string, value: unknown): [string, unknown][] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[prefix === '' ? 'value' : prefix, value]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(prefix === '' ? name : `${prefix}.${name}`, inner));
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Times are Unix times in seconds. */
function cell(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' && /(^|\.)(created|\w+_at)$/.test(name)) {
    return new Date(value * 1000).toISOString().replace('.000Z', 'Z');
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/\s+/g, ' ').trim();
}

const cut = (text: string): string => (text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL - 1)}…`);
