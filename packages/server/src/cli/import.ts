/** `selfsame import assistants <files...>`: brings over what the hosted Assistants API answered. */
import { importAssistants } from '../start/import/import-assistants.ts';
import { readObjects } from '../start/import/read-objects.ts';
import { openStorage } from '../start/storage.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function importFiles(paths: readonly string[], flags: SettingFlags): Promise<void> {
  const objects = (await Promise.all(paths.map(readObjects))).flat();
  const { repositories, owner } = await openStorage(readConfig(flags).config);
  try {
    const report = [...(await importAssistants(repositories.forProject(owner.projectId), objects))];
    const rows = report.map(([kind, { brought, present, refused, left }]) =>
      [kind, brought, present, refused.length, left].map(String),
    );
    console.log(table(['object', 'brought over', 'there already', 'refused', 'left out'], rows));
    for (const [kind, { refused }] of report) {
      for (const { id, why } of refused) console.error(`${kind} ${id} is refused: ${why}.`);
      if (refused.length > 0) process.exitCode = 1;
    }
  } finally {
    await repositories.close();
  }
}
