/** A thread that ends the process when the server has ended or a limit is exceeded: the interpreter blocks its own. */
import { workerData } from 'node:worker_threads';

const INTERVAL_MS = 100;

export interface WatchdogLimits {
  /** Since the start of this thread. */
  cpuSeconds: number;
  /** Resident memory of the process. */
  residentBytes: number;
  /** Set to 1 when the limits are in force. */
  ready: Int32Array<SharedArrayBuffer>;
}

const { cpuSeconds, residentBytes, ready } = workerData as WatchdogLimits;
const server = process.ppid;
const start = process.cpuUsage();

setInterval(() => {
  const { user, system } = process.cpuUsage(start);
  const isOver = (user + system) / 1e6 > cpuSeconds || process.memoryUsage.rss() > residentBytes;
  if (isOver || process.ppid !== server) process.kill(process.pid, 'SIGKILL');
}, INTERVAL_MS);

Atomics.store(ready, 0, 1);
Atomics.notify(ready, 0);
