/**
 * Runs the traffic of load.ts for a long time to find memory growth, failures and stuck objects. Prints for each
 * process the slope of its memory in the second half with a 95 % interval (aim: contains zero), the errors (aim: none),
 * and every job, run, batch and file of a vector store that has not ended one minute after the last request (aim:
 * none). Exits with 1 if an aim is missed.
 *
 *   node bench/soak.ts [minutes] [worker]        (default 30; about two minutes more)
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { MemoryWatch, slopeOf } from './memory.ts';
import { reportTraffic } from './report-traffic.ts';
import { serve } from './served.ts';
import { openTraffic, runTraffic } from './traffic.ts';

const [minutes = '30', worker = ''] = process.argv.slice(2);
const SAMPLE_MS = 2000;
const SETTLE_MS = 60_000;
const LOOK_MS = 1000;
const WARM_UP_SHARE = 1 / 2;

const STUCK: readonly [what: string, sql: string][] = [
  [
    'jobs',
    `SELECT task || ' ' || status AS state, count(*) AS count FROM jobs WHERE unique_key IS NULL OR unique_key <> task OR status = 'dead' GROUP BY 1`,
  ],
  [
    'batches',
    `SELECT status AS state, count(*) AS count FROM batches WHERE status NOT IN ('completed', 'failed', 'expired', 'cancelled') GROUP BY 1`,
  ],
  [
    'runs',
    `SELECT status AS state, count(*) AS count FROM runs WHERE status IN ('queued', 'in_progress', 'cancelling') GROUP BY 1`,
  ],
  [
    'files of vector stores',
    `SELECT status AS state, count(*) AS count FROM vector_store_files WHERE status = 'in_progress' GROUP BY 1`,
  ],
];

function findStuck(folder: string): string[] {
  const database = new Database(join(folder, 'selfsame.db'), { readonly: true });
  try {
    return STUCK.flatMap(([what, sql]) =>
      (database.prepare(sql).all() as { state: string; count: number }[]).map(
        ({ state, count }) => `${what}: ${count} ${state}`,
      ),
    );
  } finally {
    database.close();
  }
}

async function settle(folder: string): Promise<string[]> {
  const endAt = performance.now() + SETTLE_MS;
  for (;;) {
    const stuck = findStuck(folder);
    if (stuck.length === 0 || performance.now() > endAt) return stuck;
    await sleep(LOOK_MS);
  }
}

const served = await serve(worker === '' ? {} : { JOB_PLACES: '0' });
const workers = worker === '' ? [] : [await served.startWorker()];
const watch = new MemoryWatch([served.server, ...workers].map(({ pid }) => pid));
const kinds = await openTraffic(served.url);
const startedAt = performance.now();
const sampling = setInterval(() => watch.look(), SAMPLE_MS);
const durationMs = Number(minutes) * 60_000;
const reports = await runTraffic(served.url, kinds, AbortSignal.timeout(durationMs));
clearInterval(sampling);
const failed = reportTraffic(reports);
const stuck = await settle(served.folder);

let grows = 0;
const passing = new Map<string, number[]>();
for (const [name, samples] of watch.samples) {
  const warm = samples.filter(
    ({ atMs }) => atMs - startedAt >= durationMs * WARM_UP_SHARE && atMs - startedAt <= durationMs,
  );
  const slope = slopeOf(warm);
  // Skips processes that live for less than half of the measured time.
  if (slope === undefined || warm.length < (durationMs * (1 - WARM_UP_SHARE)) / SAMPLE_MS / 2) {
    const program = name.replace(/ \(\d+\)$/, '');
    const largest = Math.max(...samples.map(({ mebibytes }) => mebibytes));
    passing.set(program, [...(passing.get(program) ?? []), largest]);
    continue;
  }
  const { perHour, margin, means } = slope;
  if (perHour - margin > 0) grows += 1;
  console.log(
    `${name}: ${perHour.toFixed(1)} ± ${margin.toFixed(1)} MiB an hour: ${perHour - margin > 0 ? 'grows' : 'does not grow'}; ` +
      `means in MiB: ${means.map((mean) => mean.toFixed(0)).join(' ')}`,
  );
}
for (const [program, largest] of passing) {
  console.log(`${program}: ${largest.length} that came and went, at most ${Math.max(...largest).toFixed(0)} MiB each`);
}
console.log(stuck.length === 0 ? 'nothing is stuck' : `stuck: ${stuck.join('; ')}`);
await served.stop();
process.exitCode = failed + stuck.length + grows > 0 ? 1 : 0;
