/**
 * The metrics of jobs. Invariant: values from the database cover all processes, are read once per scrape, and are
 * absent while the database does not respond; attempts are those of this process.
 */
import { Counter, Gauge, type Registry } from 'prom-client';

/** The result of `SystemJobRepository.tally`. */
export interface JobsSample {
  jobs: readonly { task: string; state: string; count: number; oldestMs: number }[];
  periodic: readonly {
    task: string;
    runs: number;
    failures: number;
    removed: number;
    /** Unix milliseconds. */
    lastSuccessAt: number | null;
  }[];
}

type Series = readonly { labels: Record<string, string>; value: number }[];

const NOTHING: JobsSample = { jobs: [], periodic: [] };

/** All metrics of a scrape are collected at the same time: they share one read. */
function shareRead(read: () => Promise<JobsSample>): () => Promise<JobsSample> {
  let reading: Promise<JobsSample> | undefined;
  return () => {
    reading ??= read()
      .catch(() => NOTHING)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
}

function watchQueue(registry: Registry, readJobs: () => Promise<JobsSample>): void {
  const gauge = (name: string, help: string, labelNames: string[], pick: (sample: JobsSample) => Series) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const series = pick(await readJobs());
        this.reset();
        for (const { labels, value } of series) this.set(labels, value);
      },
    });
  gauge('selfsame_jobs', 'Jobs that are not done.', ['task', 'state'], ({ jobs }) =>
    jobs.map(({ task, state, count }) => ({ labels: { task, state }, value: count })),
  );
  gauge('selfsame_jobs_oldest_ready_seconds', 'How long the first job that is due waits.', ['task'], ({ jobs }) =>
    jobs
      .filter(({ state }) => state === 'ready')
      .map(({ task, oldestMs }) => ({ labels: { task }, value: oldestMs / 1000 })),
  );
  gauge(
    'selfsame_housekeeping_last_success_timestamp_seconds',
    'When a periodic task came to its end the last time.',
    ['task'],
    ({ periodic }) =>
      periodic.flatMap(({ task, lastSuccessAt }) =>
        lastSuccessAt === null ? [] : [{ labels: { task }, value: lastSuccessAt / 1000 }],
      ),
  );
}

function watchPeriodic(registry: Registry, readJobs: () => Promise<JobsSample>): void {
  const counter = (name: string, help: string, of: (tally: JobsSample['periodic'][number]) => number) =>
    new Counter({
      name,
      help,
      labelNames: ['task'],
      registers: [registry],
      async collect() {
        const { periodic } = await readJobs();
        this.reset();
        for (const tally of periodic) this.inc({ task: tally.task }, of(tally));
      },
    });
  counter('selfsame_housekeeping_runs_total', 'Times a periodic task came to its end.', ({ runs }) => runs);
  counter('selfsame_housekeeping_failures_total', 'Attempts of a periodic task that failed.', (each) => each.failures);
  counter('selfsame_housekeeping_removed_total', 'Things a periodic task removed or ended.', ({ removed }) => removed);
}

/** Returns the function that counts an attempt of this process. */
export function watchJobs(
  registry: Registry,
  read: () => Promise<JobsSample>,
): (task: string, outcome: string) => void {
  const readJobs = shareRead(read);
  watchQueue(registry, readJobs);
  watchPeriodic(registry, readJobs);
  const attempts = new Counter({
    name: 'selfsame_job_attempts_total',
    help: 'Attempts at jobs in this process, by how they ended.',
    labelNames: ['task', 'outcome'],
    registers: [registry],
  });
  return (task, outcome) => attempts.inc({ task, outcome });
}
