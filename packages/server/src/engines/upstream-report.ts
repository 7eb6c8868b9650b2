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
  /** So far: connections that could not be made, and requests that failed by its fault once there was one. */
  failures: { connect: number; answer: number };
}
