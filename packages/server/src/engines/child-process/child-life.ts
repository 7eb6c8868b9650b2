/** How an engine process lives: as long as its parent, deaf to the terminal, with a heartbeat. Called once, at the end of its program. */
import { startHeartbeat } from './heartbeat.ts';

export function liveWithParent(): void {
  // The hard way, because an orderly exit waits for native threads that may be in the middle of a batch.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A terminal sends these to the whole group; when to end is the parent's decision.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  startHeartbeat();
}
