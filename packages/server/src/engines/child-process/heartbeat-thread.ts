/**
 * The worker thread that writes the heartbeats of an engine process. The first one ends the longer limit of the start.
 */
import { writeSync } from 'node:fs';
import { BEAT_MS, HEARTBEAT_FD } from './heartbeat.ts';

const timer = setInterval(beat, BEAT_MS);
beat();

function beat(): void {
  try {
    writeSync(HEARTBEAT_FD, '.');
  } catch (error) {
    // EAGAIN: the pipe is full because the parent is busy.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') clearInterval(timer);
  }
}
