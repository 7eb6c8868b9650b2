/** `selfsame models`: what is here, what could be pulled, what a running server has loaded, and which model answers. */
import { toUrl } from '../start/address.ts';
import { describeModels, type ModelRow } from '../start/describe-models.ts';
import { askLoadedModels, type LoadedModels } from '../start/loaded-models.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function showModels(flags: SettingFlags & { url?: string; key?: string }): Promise<void> {
  const { config } = readConfig(flags as SettingFlags);
  const url = (flags.url ?? toUrl(config.host, config.port)).replace(/\/+$/, '');
  const [{ rows, refused, answers }, loaded] = await Promise.all([
    describeModels(config),
    askLoadedModels(url, flags.key ?? config.metricsToken),
  ]);
  const isLoaded = (id: string) => (loaded.unknown !== undefined ? '?' : loaded.models.has(id) ? 'yes' : 'no');
  const elsewhere = loaded.listed.filter(({ id }) => !rows.some((row) => row.id === id));
  console.log(
    table(
      ['id', 'kind', 'tier', 'here', 'size', 'licence', 'answers', 'loaded', 'memory', 'source'],
      [
        ...rows.map((row) => [
          row.id,
          row.kind,
          row.tier,
          row.here ? 'yes' : 'no',
          toMegabytes(row.bytes),
          row.licence,
          row.answers,
          isLoaded(row.id),
          memoryOf(row, loaded),
          row.source,
        ]),
        // Aliases, and models of upstreams, which the server alone knows.
        ...elsewhere.map(({ id, ownedBy }) => [id, '', 'listed', 'yes', '', '', '', isLoaded(id), '', ownedBy]),
      ],
    ),
  );
  console.log(`\n${rows.map(({ id, label }) => `${id}: ${label}`).join('\n')}`);
  for (const refusal of refused) console.log(`refused: ${refusal}`);
  console.log(`\n${[answers, loaded.unknown ?? [], upstreamNote(config.upstreams)].flat().join('\n')}`);
}

function upstreamNote(upstreams: readonly { name: string }[]): string[] {
  const names = upstreams.map(({ name }) => name).join(', ');
  return names === '' ? [] : [`Models of upstreams (${names}) come before those; a running server lists them.`];
}

/** What it takes, or what it would take. */
function memoryOf({ id, here, bytes, memoryBytes }: ModelRow, { models }: LoadedModels): string {
  const taken = models.get(id);
  if (taken !== undefined) return toMegabytes(taken);
  if (memoryBytes !== undefined) return `(${toMegabytes(memoryBytes)})`;
  // Its weights, and the context beside them.
  return here ? `(> ${toMegabytes(bytes)})` : '';
}

function toMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
