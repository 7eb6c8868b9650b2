/** `selfsame import assistants <files...>`: imports objects of the hosted Assistants API. */
import { importObjects } from '../start/import-objects.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function importAssistantFiles(
  paths: readonly string[],
  { contents, ...flags }: SettingFlags & { contents?: string },
): Promise<void> {
  const { config } = readConfig(flags);
  const report = await importObjects({ paths, contents }, config);
  const rows = [...report].map(([kind, { imported, present, refused, skipped }]) =>
    [kind, imported, present, refused.length, skipped].map(String),
  );
  console.log(table(['object', 'brought over', 'there already', 'refused', 'left out'], rows));
  for (const [kind, { refused }] of report) {
    for (const { id, reason } of refused) console.error(`${kind} ${id} is refused: ${reason}.`);
    if (refused.length > 0) process.exitCode = 1;
  }
}
