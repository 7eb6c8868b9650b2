/** The progress of pulls: one line on a terminal, and steps in a log. */
import type { PullProgress } from '../models/supply/pull-references.ts';

const STEP_PERCENT = 10;

export interface ProgressOutput {
  /** `id`: what is being pulled. */
  onProgress(id: string, event: PullProgress): void;
  log: { warn(line: string): void };
}

export function createProgress(): ProgressOutput {
  return {
    onProgress: process.stderr.isTTY ? createProgressLine() : createProgressLog(),
    // On a terminal, the progress line is cleared first.
    log: { warn: (line) => console.error(process.stderr.isTTY ? `\r\u001b[K${line}` : line) },
  };
}

/** One line per model, phase and ten percent. */
function createProgressLog(): (id: string, event: PullProgress) => void {
  const last = new Map<string, string>();
  return (id, event) => {
    const step = `${event.phase} ${Math.floor(percentOf(event) / STEP_PERCENT)}`;
    if (last.get(id) === step) return;
    last.set(id, step);
    const { receivedBytes, totalBytes, source } = event;
    const megabytes = `${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
    process.stderr.write(`${id}: ${event.phase} ${source}: ${megabytes} (${percentOf(event)} %)\n`);
  };
}

const BAR = 20;

/** One line for all models, overwritten on each event. */
function createProgressLine(): (id: string, event: PullProgress) => void {
  const shown = new Map<string, string>();
  return (id, event) => {
    const full = Math.round((percentOf(event) / 100) * BAR);
    const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
    shown.set(id, `${id} ${event.phase} ${bar} ${percentOf(event)} %`);
    if (event.phase === 'done') shown.delete(id);
    const line = [...shown.values()].join('   ').slice(0, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`\r\u001b[K${line}`);
  };
}

function percentOf({ receivedBytes, totalBytes }: PullProgress): number {
  return totalBytes === 0 ? 0 : Math.floor((100 * receivedBytes) / totalBytes);
}
