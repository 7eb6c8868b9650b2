/** `selfsame models`: lists installed, recommended and loaded models, and which model answers. */

import { describeModels, type ModelRow } from '../models/supply/describe-models.ts';
import { toUrl } from '../start/address.ts';
import { askLoadedModels, type LoadedModels } from './loaded-models.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table, terminalWidth } from './table.ts';

const WIDE = ['id', 'kind', 'tier', 'here', 'size', 'licence', 'answers', 'loaded', 'memory', 'source'] as const;
/** The columns that fit into 80 characters. */
const NARROW = ['id', 'kind', 'here', 'size', 'answers', 'loaded'] as const;
const MIN_WIDE_COLUMNS = 130;

type Column = (typeof WIDE)[number];

export async function showModels(flags: SettingFlags & { url?: string; key?: string }): Promise<void> {
  const { config } = readConfig(flags as SettingFlags);
  const url = (flags.url ?? toUrl(config.host, config.port)).replace(/\/+$/, '');
  const [{ rows, refused, answers }, loaded] = await Promise.all([
    describeModels(config),
    askLoadedModels(url, flags.key ?? config.metricsToken),
  ]);
  const isLoaded = (id: string) => (loaded.unknown !== undefined ? '?' : loaded.models.has(id) ? 'yes' : 'no');
  const elsewhere = loaded.listed.filter(({ id }) => !rows.some((row) => row.id === id));
  const described = rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    tier: row.tier,
    here: row.here ? 'yes' : 'no',
    size: toMegabytes(row.bytes),
    licence: row.licence,
    answers: row.answers,
    loaded: isLoaded(row.id),
    memory: memoryOf(row, loaded),
    source: row.source,
  }));
  // Aliases and models of upstreams: only the server lists them.
  const listed = elsewhere.map(({ id, ownedBy }) => ({
    id,
    tier: 'listed',
    here: 'yes',
    loaded: isLoaded(id),
    source: ownedBy,
  }));
  const width = terminalWidth();
  const columns = width < MIN_WIDE_COLUMNS ? NARROW : WIDE;
  const cells = (row: Partial<Record<Column, string>>) => columns.map((column) => row[column] ?? '');
  console.log(table(columns, [...described, ...listed].map(cells), width));
  console.log(`\n${rows.map(({ id, label }) => `${id}: ${label}`).join('\n')}`);
  for (const refusal of refused) console.log(`refused: ${refusal}`);
  console.log(`\n${[answers, loaded.unknown ?? [], upstreamNote(config.upstreams)].flat().join('\n')}`);
}

function upstreamNote(upstreams: readonly { name: string }[]): string[] {
  const names = upstreams.map(({ name }) => name).join(', ');
  return names === '' ? [] : [`Models of upstreams (${names}) come before those; a running server lists them.`];
}

/** Memory in use, or an estimate in parentheses. */
function memoryOf({ id, here, bytes, memoryBytes }: ModelRow, { models }: LoadedModels): string {
  const taken = models.get(id);
  if (taken !== undefined) return toMegabytes(taken);
  if (memoryBytes !== undefined) return `(${toMegabytes(memoryBytes)})`;
  // At least its weights; the context comes on top.
  return here ? `(> ${toMegabytes(bytes)})` : '';
}

function toMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
