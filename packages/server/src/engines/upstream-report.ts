/** The current load of one replica of an upstream, for metrics. */
export interface UpstreamReport {
  upstream: string;
  /** Its position among the upstream's addresses, from 1. */
  replica: number;
  /** Whether it receives requests normally. */
  up: boolean;
  /** Running requests. */
  busy: number;
  /** Requests that wait for a connection to the replica. */
  waiting: number;
  /** Total counts: failed connections, and requests that failed in the upstream after a connection was opened. */
  failures: { connect: number; answer: number };
}
