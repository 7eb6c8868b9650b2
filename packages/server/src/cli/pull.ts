/**
 * `selfsame pull [models...]`: pulls catalogue ids or references, by default the models that fit this machine;
 * `--recommend` lists them. Progress is one line on a terminal, and steps in a log.
 */
import { type PullProgress, pullReferences } from '../models/supply/pull-references.ts';
import { recommendModels, toSize } from '../models/supply/recommend-models.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

const STEP_PERCENT = 10;

export async function pull(references: readonly string[], flags: SettingFlags): Promise<void> {
  const { config } = readConfig(flags);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new CommandError('interrupted; the next pull goes on from here.')));
  const results = await pullReferences(references, config, {
    signal: stop.signal,
    onProgress: process.stderr.isTTY ? createProgressLine() : createProgressLog(),
    // On a terminal, the progress line is cleared first.
    log: { warn: (line) => console.error(process.stderr.isTTY ? `\r\u001b[K${line}` : line) },
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

/** One line per model, phase and ten percent. */
function createProgressLog(): (id: string, event: PullProgress) => void {
  const last = new Map<string, string>();
  return (id, event) => {
    const step = `${event.phase} ${Math.floor(percentOf(event) / STEP_PERCENT)}`;
    if (last.get(id) === step) return;
    last.set(id, step);
    const { receivedBytes, totalBytes, source } = event;
    const megabytes = `${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
    process.stderr.write(`${id}: ${event.phase} ${source}: ${megabytes} (${percentOf(event)} %)\n`);
  };
}

const BAR = 20;

/** One line for all models, overwritten on each event. */
function createProgressLine(): (id: string, event: PullProgress) => void {
  const shown = new Map<string, string>();
  return (id, event) => {
    const full = Math.round((percentOf(event) / 100) * BAR);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
    shown.set(id, `${id} ${event.phase} ${bar} ${percentOf(event)} %`);
    if (event.phase === 'done') shown.delete(id);
    const line = [...shown.values()].join('   ').slice(0, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r\u001b[K${line}`);
  };
}

function percentOf({ receivedBytes, totalBytes }: PullProgress): number {
  return totalBytes === 0 ? 0 : Math.floor((100 * receivedBytes) / totalBytes);
}
