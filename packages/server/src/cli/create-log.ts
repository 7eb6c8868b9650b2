/** The log on stderr: readable lines on a terminal, JSON elsewhere. */
import { writeSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { toReadable } from './readable-log.ts';

const STDERR = 2;

export interface ProcessLog {
  log: Logger;
  /** Writes the lines that were held back. A terminal gets no line before this call, so that the banner comes first. */
  release(): void;
}

export function createLog(level: string): ProcessLog {
  if (!process.stderr.isTTY) {
    return {
      log: pino({ level, base: null }, pino.destination({ fd: STDERR, sync: false })),
      release: () => undefined,
    };
  }
  const isColoured = process.stderr.hasColors();
  let held: string[] | undefined = [];
  const show = (line: string) => writeSync(STDERR, `${toReadable(line.trimEnd(), { isColoured })}\n`);
  const release = () => {
    const lines = held ?? [];
    held = undefined;
    for (const line of lines) show(line);
  };
  // A failed start shows the lines that were held back.
  process.once('exit', release);
  const write = (line: string) => void (held === undefined ? show(line) : held.push(line));
  return { log: pino({ level, base: null }, { write }), release };
}
