/** A failed pull: the message names every source, the reason of its failure, and what to do. */
import type { PullableModel } from './catalogue/catalogue-model.ts';

/** The failure of one source. */
export interface FailedSource {
  source: string;
  reason: string;
}

/**
 * `sources`: no source delivered the file · `disk_full`: too little space · `directory`: the directory cannot be
 * written · `name_taken`: another file has the model's file name.
 */
export type PullFailure = 'sources' | 'disk_full' | 'directory' | 'name_taken';

export class PullError extends Error {
  readonly failure: PullFailure;
  readonly failedSources: readonly FailedSource[];

  constructor(
    failure: PullFailure,
    message: string,
    options: { failedSources?: readonly FailedSource[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'PullError';
    this.failure = failure;
    this.failedSources = options.failedSources ?? [];
  }
}

export interface FailedPull {
  model: Pick<PullableModel, 'id' | 'bytes' | 'sha256' | 'sources'>;
  /** Final path of the file. */
  path: string;
  failedSources: readonly FailedSource[];
  /** Bytes that are kept for the next try. */
  keptBytes: number;
}

export function noSourceDelivered({ model, path, failedSources, keptBytes }: FailedPull): PullError {
  const sums = [
    model.bytes !== undefined && `${model.bytes} bytes`,
    model.sha256 !== undefined && `sha256 ${model.sha256}`,
  ];
  const known = sums.filter((text) => text !== false).join(', ');
  const lines = [
    `The model '${model.id}' could not be pulled:`,
    ...failedSources.map(({ source, reason }) => `  - ${source}: ${reason}`),
    `Try again with \`selfsame pull ${pullArgument(model)}\`, or place the file${known === '' ? '' : ` (${known})`} at ${path}`,
  ];
  if (keptBytes > 0)
    lines.push(`${keptBytes} bytes of it are kept; the next pull continues there where the source allows it.`);
  return new PullError('sources', lines.join('\n'), { failedSources });
}

export function diskFull(directory: string, neededBytes: number, freeBytes: number): PullError {
  const message = `${directory} has ${toMegabytes(freeBytes)} MB free and the pull needs ${toMegabytes(neededBytes)} MB more. Free some space, or choose another model directory.`;
  return new PullError('disk_full', message);
}

export function directoryRefused(directory: string, cause: unknown): PullError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new PullError('directory', `The model directory ${directory} cannot be written: ${detail}`, { cause });
}

export function nameTaken(path: string, owner: string): PullError {
  return new PullError(
    'name_taken',
    `${path} already holds ${owner}. Move that file away, or pull into another directory.`,
  );
}

/** The argument for `selfsame pull`: the id of a catalogue model, else the reference. */
function pullArgument(model: FailedPull['model']): string {
  const catalogued = model.sha256 !== undefined;
  return catalogued ? model.id : (model.sources[0] ?? model.id);
}

function toMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
