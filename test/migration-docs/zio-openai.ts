/** Generates the tables of docs/migration/zio-openai.md. */
import { readFileSync } from 'node:fs';
import * as refined from '@selfsame/client/refined';
import type { Tables } from '../tables.ts';

export interface ZioRow {
  name: string;
  /** Our type as a TypeScript expression, with the alias of its module; of the Assistants API v1 first. */
  ours: string;
  note: string;
}

const MODULES: Readonly<Record<string, string>> = {
  Refined: '@selfsame/client/refined',
  SelfsameError: '@selfsame/client',
  Uploadable: '@selfsame/client',
  Wire: '@selfsame/contract',
};

/** The members of `ZioTypes`, whose existence the compiler checks. */
export function readZioRows(): ZioRow[] {
  const text = readFileSync(new URL('zio-types.ts', import.meta.url), 'utf8');
  const body = text.slice(text.indexOf('interface ZioTypes {'));
  const members = body.matchAll(/(?:\/\*\* (?<note>.*) \*\/\n {2})?(?<name>\w+):(?<type>[^;]+);/g);
  return [...members].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    ours: (groups?.['type'] ?? '').trim().replace(/^\| /, '').replaceAll(/\s+/g, ' '),
    note: groups?.['note'] ?? '',
  }));
}

export const hasType = ({ ours }: ZioRow): boolean => ours !== 'None';

export function zioTables(): Tables {
  const rows = readZioRows();
  const ranges = Object.entries(refined).flatMap(([name, each]) =>
    'range' in each ? [[`\`${name}\``, `\`${each.field}\``, each.range]] : [],
  );
  return {
    'Refined types': [['type', 'parameter', 'allowed'], ...ranges.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))],
    Types: [['zio-openai', 'Selfsame', 'package', 'note'], ...rows.map(toCells)],
  };
}

function toCells(row: ZioRow): string[] {
  const { name, ours, note } = row;
  if (!hasType(row)) return [`\`${name}\``, '–', '–', note];
  const module = Object.entries(MODULES).find(([alias]) => new RegExp(`\\b${alias}\\b`).test(ours))?.[1];
  const types = ours.split(' | ').map((each) => `\`${each.replaceAll(/\b(?:Wire|Refined)\./g, '')}\``);
  return [`\`${name}\``, types.join(', '), module === undefined ? '–' : `\`${module}\``, note];
}
