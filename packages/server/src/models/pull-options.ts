/** What a pull may be told, and what it tells while it runs. */
import type { Clock } from '../lib/clock.ts';
import type { SourceOptions } from './sources/source.ts';

export interface PullProgress {
  phase: 'connect' | 'download' | 'verify' | 'convert' | 'done';
  /** Short name of the source; while another process pulls the same file, that process. */
  source: string;
  /** Bytes had so far, or checked so far in phase `verify`. */
  receivedBytes: number;
  /** 0 until it is known. */
  totalBytes: number;
}

export interface PullOptions extends SourceOptions {
  /** Where models lie; made when it is missing. */
  directory: string;
  signal?: AbortSignal;
  onProgress?(progress: PullProgress): void;
  /** Told one line per thing worth noting: a source that failed, a part that is thrown away. A pino logger fits. */
  log?: { warn(line: string): void };
  clock?: Clock;
  /** Free blocks of the file system that holds `path`, and their size in bytes. Default: the operating system's answer. */
  statfs?(path: string): Promise<{ bavail: number; bsize: number }>;
}
