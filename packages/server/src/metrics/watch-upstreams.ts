/** The metrics of upstreams. Invariant: they contain no addresses, only the numbers of replicas. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** One replica of an upstream. */
export interface UpstreamSample {
  upstream: string;
  /** Position in the upstream's list of addresses, from 1. */
  replica: number;
  up: boolean;
  busy: number;
  waiting: number;
  /** Number of failures since the start, by kind. */
  failures: Readonly<Record<string, number>>;
}

const LABELS = ['upstream', 'replica'] as const;

export function watchUpstreams(registry: Registry, upstreams: () => readonly UpstreamSample[]): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (sample: UpstreamSample) => number) =>
    new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        for (const sample of upstreams()) {
          this.set({ upstream: sample.upstream, replica: sample.replica }, read(sample));
        }
      },
    });
  gauge('selfsame_upstream_up', '1 = the replica is given requests.', ({ up }) => (up ? 1 : 0));
  gauge('selfsame_upstream_busy_requests', 'Requests that a replica works on.', ({ busy }) => busy);
  gauge('selfsame_upstream_waiting_requests', 'Requests that wait for a connection.', ({ waiting }) => waiting);
  new Counter({
    name: 'selfsame_upstream_failures_total',
    help: 'Requests that failed because of a replica; `connect` = there was no connection.',
    labelNames: [...LABELS, 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { upstream, replica, failures } of upstreams()) {
        for (const [kind, count] of Object.entries(failures)) this.inc({ upstream, replica, kind }, count);
      }
    },
  });
}
