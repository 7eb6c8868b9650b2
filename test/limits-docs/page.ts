/** Generates the tables of docs/concepts/limits.md from the served operations. */
import { operations as declared } from '@selfsame/contract';
import { DEFAULT_BODY_BYTES, JSON_CEILINGS } from '@selfsame/contract/ceilings';
import type { Operation } from '@selfsame/contract/operation';
import { targetOf } from '@selfsame/contract/schema';
import { FORM_CEILINGS } from '../../packages/server/src/http/read-form.ts';
import { MAX_JSON_DEPTH } from '../../packages/server/src/lib/bounded-json.ts';
import { findServed } from '../../packages/server/src/start/implementations.ts';
import { renewTables } from '../tables.ts';

interface SchemaNode {
  maxItems?: number;
  maxProperties?: number;
  maxLength?: number;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

const operations = findServed(declared).toSorted((a, b) => (a.id < b.id ? -1 : 1));

const BOUNDS = { maxItems: 'item', maxProperties: 'pair', maxLength: 'character' } as const;

/** Heading → rows of the table below it. */
export function limitTables(): Record<string, readonly (readonly string[])[]> {
  const { objectKeys, keys, strings, containers, scalars } = JSON_CEILINGS;
  const tooComplex = '400 `request_too_complex`';
  return {
    'Whole bodies': [
      ['what', 'limit', 'answer'],
      ['bytes, unless the list below says otherwise', show(DEFAULT_BODY_BYTES), '413 `request_too_large`'],
      ['objects and arrays inside one another', show(MAX_JSON_DEPTH), '400 `nesting_too_deep`'],
      ['properties of one object', show(objectKeys), tooComplex],
      ['properties of all objects', show(keys), tooComplex],
      ['strings that are not names of properties', show(strings), tooComplex],
      ['objects and arrays', show(containers), tooComplex],
      ['numbers, `true`, `false`, `null`', show(scalars), tooComplex],
    ],
    'Bytes of bodies': [['operation', 'bytes'], ...bodyRows()],
    'Single parameters': [['parameter', 'limit', 'operations'], ...parameterRows()],
    Forms: [
      ['what', 'limit'],
      ['fields', show(FORM_CEILINGS.fields)],
      ['files', show(FORM_CEILINGS.files)],
      ['bytes of all fields together', show(FORM_CEILINGS.fieldBytes)],
      ['bytes of the name of a field', show(FORM_CEILINGS.nameBytes)],
    ],
  };
}

const show = (value: number) => value.toLocaleString('en-US');

function bodyRows(): string[][] {
  return operations.flatMap(({ id, bodyLimit, encoding }) =>
    bodyLimit === undefined
      ? []
      : [[`\`${id}\``, `${show(bodyLimit)}${encoding === 'multipart' ? ' (each file)' : ''}`]],
  );
}

/** One row for each parameter and limit, with the operations that share it. */
function parameterRows(): string[][] {
  const found = new Map<string, string[]>();
  for (const operation of operations) {
    for (const row of new Set(boundsOf(operation))) found.set(row, [...(found.get(row) ?? []), operation.id]);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([row, ids]) => [...row.split('\t'), ids.map((id) => `\`${id}\``).join(', ')]);
}

function boundsOf({ body }: Operation): string[] {
  const rows: string[] = [];
  const seen = new Set<object>();
  const visit = (node: SchemaNode | undefined, path: string): void => {
    if (node === undefined) return;
    const target = targetOf(node) as SchemaNode | undefined;
    if (target !== undefined) {
      // Schemas may be recursive.
      if (seen.has(target)) return;
      seen.add(target);
      visit(target, path);
      seen.delete(target);
      return;
    }
    for (const [keyword, unit] of Object.entries(BOUNDS)) {
      const limit = node[keyword as keyof typeof BOUNDS];
      if (limit !== undefined && path !== '') rows.push(`\`${path}\`\t${show(limit)} ${unit}${limit === 1 ? '' : 's'}`);
    }
    for (const [name, property] of Object.entries(node.properties ?? {})) {
      visit(property, path === '' ? name : `${path}.${name}`);
    }
    visit(node.items, `${path}[]`);
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(branch, path);
  };
  visit(body as SchemaNode | undefined, '');
  return rows;
}

/** Returns the page with new tables below its headings. */
export const renewPage = (page: string): string => renewTables(page, limitTables());
