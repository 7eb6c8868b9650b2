/** Options and progress events of a pull. */
import type { Clock } from '../lib/clock.ts';
import type { SourceOptions } from './sources/source.ts';

export interface PullProgress {
  phase: 'connect' | 'download' | 'verify' | 'convert' | 'done';
  /** Short name of the source; while another process pulls the same file, that process. */
  source: string;
  /** Bytes received so far; in phase `verify`, bytes checked so far. */
  receivedBytes: number;
  /** 0 = unknown. */
  totalBytes: number;
}

export interface PullOptions extends SourceOptions {
  /** Folder of the models; created if it is missing. */
  directory: string;
  signal?: AbortSignal;
  onProgress?(progress: PullProgress): void;
  /** Receives failed sources and discarded parts. A pino logger has this type. */
  log?: { warn(line: string): void };
  clock?: Clock;
  /** Free blocks of the file system of `path`, and their size in bytes. Default: `statfs` of the operating system. */
  statfs?(path: string): Promise<{ bavail: number; bsize: number }>;
}
