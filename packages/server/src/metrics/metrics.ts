/**
 * All metrics of the server, in one registry. Invariants: metrics updated during a request cost a few microseconds;
 * values that have to be read (memory, queues) are read at a scrape.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { residentBytes } from '../lib/resident-bytes.ts';
import type { Observe } from '../operations/observer.ts';
import { type JobsSample, watchJobs } from './watch-jobs.ts';
import { type UpstreamSample, watchUpstreams } from './watch-upstreams.ts';

/** The engine of a loaded model. */
export interface EngineSample {
  modelId: string;
  pid: number | undefined;
  waiting: number;
  busy: number;
  restarts: number;
}

export interface MetricsOptions {
  version: string;
  /** Called at each scrape. */
  engines(): readonly EngineSample[];
  /** Called at each scrape. */
  upstreams(): readonly UpstreamSample[];
  /** Called once per scrape. If it rejects, the metrics of jobs have no values. */
  jobs(): Promise<JobsSample>;
  /** Monotonic, in milliseconds. */
  now(): number;
}

export interface HttpExchange {
  /** Id of the operation; `none` for other routes. */
  operation: string;
  /** 499 if the client disconnected before the response was complete. */
  status: number;
  ms: number;
}

export interface Metrics {
  contentType: string;
  /** Returns the text format of Prometheus. */
  render(): Promise<string>;
  requestStarted(): void;
  requestEnded(exchange: HttpExchange): void;
  observe: Observe;
  /** An attempt at a job has ended in this process. */
  jobEnded(task: string, outcome: string): void;
  /** Names of all metrics; for tests and docs. */
  names(): string[];
}

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const FIRST_EVENT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics({ version, engines, upstreams, jobs, now }: MetricsOptions): Metrics {
  const registry = new Registry();
  const requests = countRequests(registry);
  const invocations = countInvocations(registry);
  watchProcess(registry, version);
  watchEngines(registry, engines);
  watchUpstreams(registry, upstreams);
  const jobEnded = watchJobs(registry, jobs);
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    requestStarted: () => requests.inFlight.inc(),
    requestEnded: ({ operation, status, ms }) => {
      requests.inFlight.dec();
      requests.total.inc({ operation, status });
      requests.seconds.observe({ operation }, ms / 1000);
    },
    observe: (operation) => {
      const startedAt = now();
      return {
        firstEvent: () => invocations.firstEvent.observe({ operation }, (now() - startedAt) / 1000),
        end: ({ usage }) => {
          if (usage === undefined) return;
          const labels = { model: usage.modelId, operation };
          invocations.input.inc(labels, usage.inputTokens);
          invocations.cached.inc(labels, usage.cachedInputTokens);
          invocations.output.inc(labels, usage.outputTokens);
        },
      };
    },
    jobEnded,
    names: () => registry.getMetricsAsArray().map(({ name }) => name),
  };
}

function countRequests(registry: Registry) {
  const registers = [registry];
  return {
    total: new Counter({
      name: 'selfsame_http_requests_total',
      help: 'Requests answered, by operation and status; 499 = the client left.',
      labelNames: ['operation', 'status'],
      registers,
    }),
    seconds: new Histogram({
      name: 'selfsame_http_request_seconds',
      help: 'From the head of a request to the end of its answer, streams included.',
      labelNames: ['operation'],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    inFlight: new Gauge({
      name: 'selfsame_http_requests_in_flight',
      help: 'Requests that are not answered yet.',
      registers,
    }),
  };
}

function countInvocations(registry: Registry) {
  const registers = [registry];
  const tokens = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['model', 'operation'], registers });
  return {
    firstEvent: new Histogram({
      name: 'selfsame_first_event_seconds',
      help: 'From the start of an operation to the first piece of its streamed answer.',
      labelNames: ['operation'],
      buckets: FIRST_EVENT_SECONDS,
      registers,
    }),
    input: tokens('selfsame_input_tokens_total', 'Tokens read, those from a cache included.'),
    cached: tokens('selfsame_cached_input_tokens_total', 'Tokens read that a cache had: its hits.'),
    output: tokens('selfsame_output_tokens_total', 'Tokens written.'),
  };
}

function watchProcess(registry: Registry, version: string): void {
  const registers = [registry];
  new Gauge({ name: 'selfsame_info', help: 'Always 1; says the version.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the server, its engines not included.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of the server, its engines not included.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
}

function watchEngines(registry: Registry, engines: () => readonly EngineSample[]): void {
  const gauge = (name: string, help: string, read: (engine: EngineSample) => Promise<number | undefined>) =>
    new Gauge({
      name,
      help,
      labelNames: ['model'],
      registers: [registry],
      async collect() {
        const values = await Promise.all(
          engines().map(async (engine) => ({ model: engine.modelId, value: await read(engine) })),
        );
        // Closed engines have no values.
        this.reset();
        for (const { model, value } of values) if (value !== undefined) this.set({ model }, value);
      },
    });
  gauge(
    'selfsame_engine_waiting_requests',
    'Requests in the waiting line of an open model.',
    async (each) => each.waiting,
  );
  gauge('selfsame_engine_busy_requests', 'Requests that an open model works on.', async (each) => each.busy);
  gauge('selfsame_engine_resident_bytes', "Memory of an open model's own process.", async ({ pid }) =>
    pid === undefined ? undefined : await residentBytes(pid),
  );
  new Counter({
    name: 'selfsame_engine_restarts_total',
    help: "How often an open model's process died and was started again.",
    labelNames: ['model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { modelId, restarts } of engines()) this.inc({ model: modelId }, restarts);
    },
  });
}
