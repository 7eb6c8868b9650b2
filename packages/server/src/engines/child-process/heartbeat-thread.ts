/** The worker thread that writes the heartbeats of an engine process. */
import { writeSync } from 'node:fs';
import { BEAT_MS, HEARTBEAT_FD } from './heartbeat.ts';

const timer = setInterval(() => {
  try {
    writeSync(HEARTBEAT_FD, '.');
  } catch (error) {
    // EAGAIN: the pipe is full because the parent is busy.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') clearInterval(timer);
  }
}, BEAT_MS);
