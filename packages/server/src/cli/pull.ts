/**
 * `selfsame pull [models...]`: pulls catalogue ids or references, by default the models that fit this machine;
 * `--recommend` lists them.
 */
import { pullReferences } from '../models/supply/pull-references.ts';
import { recommendModels, toSize } from '../models/supply/recommend-models.ts';
import { createProgress } from './pull-progress.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export async function pull(references: readonly string[], flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new CommandError('interrupted; the next pull goes on from here.')));
  const results = await pullReferences(references, config, {
    signal: stop.signal,
    ...createProgress(),
  });
  const failures: string[] = [];
  for (const result of results) {
    if ('error' in result) failures.push((result.error as Error).message);
    else {
      const { id, path, alreadyThere } = result.model;
      console.log(`${id} is ${alreadyThere ? 'here already' : 'here'}: ${path}`);
    }
  }
  if (failures.length > 0) throw new CommandError(failures.join('\n'));
}

/** Prints which recommended models fit this machine and what they cost. */
export async function printRecommendations(flags: SettingFlags): Promise<void> {
  const { capacity, rows, rate } = await recommendModels(readConfig(flags).config);
  console.log(
    `Free here: ${toSize(capacity.memoryBytes)} of memory, ${toSize(capacity.diskBytes)} of disk; ${capacity.cores} cores. Models are computed on the CPU.\n`,
  );
  console.log(
    table(
      ['id', 'kind', 'disk', 'memory', `time (${rate})`, 'tested', 'licence', 'on this machine'],
      rows.map((row) => [
        row.id,
        row.kind,
        toSize(row.diskBytes),
        toSize(row.memoryBytes),
        row.time,
        row.tested ? 'yes' : 'no',
        row.licence,
        row.verdict,
      ]),
    ),
  );
  console.log(
    '\nBest first of each kind. TESTED: whether this project has run the model; memory of the others is estimated.',
  );
}
