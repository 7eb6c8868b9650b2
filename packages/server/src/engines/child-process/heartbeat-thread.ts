/** The thread of an engine process that writes its heartbeats, whatever the main thread does. */
import { writeSync } from 'node:fs';
import { BEAT_MS, HEARTBEAT_FD } from './heartbeat.ts';

const timer = setInterval(() => {
  try {
    writeSync(HEARTBEAT_FD, '.');
  } catch (error) {
    // A full pipe means that the parent reads nothing just now.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') clearInterval(timer);
  }
}, BEAT_MS);
