/** The current load of an engine, for metrics and for the table of models. */

export interface EngineReport {
  /** Process id of the engine, if it has a running process. */
  pid: number | undefined;
  /** Waiting requests. */
  waiting: number;
  /** Running requests. */
  busy: number;
  /** Number of restarts after the process died. */
  restarts: number;
  /** Whether heartbeats are late, or the process died and has not restarted. */
  isDown: boolean;
}
