/** `selfsame import assistants <files...>`: brings over what the hosted Assistants API answered. */
import { openBlobs } from '../start/blobs.ts';
import { importAssistants } from '../start/import/import-assistants.ts';
import { importFiles } from '../start/import/import-files.ts';
import { readObjects } from '../start/import/read-objects.ts';
import { openStorage } from '../start/storage.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function importObjects(
  paths: readonly string[],
  { contents, ...flags }: SettingFlags & { contents?: string },
): Promise<void> {
  const objects = (await Promise.all(paths.map(readObjects))).flat();
  const { config } = readConfig(flags);
  const { repositories, owner, clock, ids } = await openStorage(config);
  try {
    const scope = repositories.forProject(owner.projectId);
    const described = objects.filter(({ object }) => object === 'file');
    const withContents = contents !== undefined && described.length > 0;
    const files = withContents
      ? await importFiles(
          { ...(await openBlobs(config, { clock, ids })), files: scope.files, ids, folder: contents },
          described,
        )
      : undefined;
    const report = await importAssistants(scope, objects, clock);
    if (files !== undefined) report.set('file', files);
    const rows = [...report].map(([kind, { brought, present, refused, left }]) =>
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
