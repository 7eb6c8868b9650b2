/** The current load of one replica of an upstream, for metrics. */
export interface UpstreamReport {
  upstream: string;
  /** Its place among the upstream's addresses, from 1. */
  replica: number;
  /** Whether it is given requests as usual. */
  up: boolean;
  /** Requests that it works on. */
  busy: number;
  /** Requests that wait for a connection to it. */
  waiting: number;
  /** Counts so far: failed connections, and requests that failed in the upstream after a connection was made. */
  failures: { connect: number; answer: number };
}
