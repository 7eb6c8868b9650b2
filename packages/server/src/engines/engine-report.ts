/** What a running engine tells of its own work: for metrics and for the table of models. */

export interface EngineReport {
  /** Process that it runs in, where it has one of its own and lives. */
  pid: number | undefined;
  /** Requests that wait for their turn. */
  waiting: number;
  /** Requests that are worked on. */
  busy: number;
  /** How often its process died and was started again. */
  restarts: number;
  /** Whether its process gives no sign of life, or died and is not back. */
  isDown: boolean;
}
