/** Measures the memory of a process and its descendants over time, and its growth. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface Sample {
  atMs: number;
  mebibytes: number;
}

interface Process {
  pid: number;
  parent: number;
  mebibytes: number;
}

/** Reads a file of a process in `/proc`; empty if the process has ended. */
function readProc(pid: number, file: 'status' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function read(pid: number): Process {
  const status = readProc(pid, 'status');
  const number = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  return { pid, parent: number('PPid'), mebibytes: number('VmRSS') / 1024 };
}

/** The program and subcommand of a process, without options and folders. */
function nameOf(pid: number): string {
  const words = readProc(pid, 'cmdline').split('\0');
  const at = words.findIndex((word, i) => i > 0 && /\.[jt]s$/.test(word));
  const folder = words[at]?.split('/').at(-2) ?? '';
  return at < 0
    ? basename(words[0] ?? '')
    : [folder, basename(words[at] ?? ''), words[at + 1] ?? ''].join('/').replace(/\/$/, '');
}

/** Memory of `roots` and their descendants by a stable name. Linux only. */
export class MemoryWatch {
  readonly samples = new Map<string, Sample[]>();
  readonly #roots: readonly number[];

  constructor(roots: readonly number[]) {
    this.#roots = roots;
  }

  look(): void {
    const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? read(Number(name)) : []));
    const mine = new Set(this.#roots);
    for (let grown = true; grown; ) {
      const more = all.filter(({ pid, parent }) => mine.has(parent) && !mine.has(pid));
      for (const { pid } of more) mine.add(pid);
      grown = more.length > 0;
    }
    for (const { pid, mebibytes } of all.filter((each) => mine.has(each.pid) && each.mebibytes > 0)) {
      const name = `${nameOf(pid)} (${pid})`;
      const samples = this.samples.get(name) ?? [];
      this.samples.set(name, samples);
      samples.push({ atMs: performance.now(), mebibytes });
    }
  }
}

/** Number of time segments: adjacent samples correlate, so the regression uses the means of segments. */
const PIECES = 12;
/** Student's t for 95 % and PIECES - 2 degrees of freedom. */
const T = 2.228;

export interface Slope {
  /** MiB per hour, and half the width of its 95 % confidence interval. */
  perHour: number;
  margin: number;
  /** Means of the time segments, MiB. */
  means: number[];
}

/** Undefined for too few samples. */
export function slopeOf(samples: readonly Sample[]): Slope | undefined {
  if (samples.length < PIECES * 2) return undefined;
  const points = Array.from({ length: PIECES }, (_, i) => {
    const piece = samples.slice(
      Math.floor((i * samples.length) / PIECES),
      Math.floor(((i + 1) * samples.length) / PIECES),
    );
    const mean = (of: (sample: Sample) => number) => piece.reduce((sum, each) => sum + of(each), 0) / piece.length;
    return { x: mean(({ atMs }) => atMs / 3_600_000), y: mean(({ mebibytes }) => mebibytes) };
  });
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, each) => sum + of(each), 0) / PIECES;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  const perHour = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
  const rest = points.reduce((sum, point) => sum + (point.y - y - perHour * (point.x - x)) ** 2, 0);
  return { perHour, margin: T * Math.sqrt(rest / (PIECES - 2) / spread), means: points.map(({ y: each }) => each) };
}
