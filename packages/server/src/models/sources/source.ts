/**
 * Door: a source that a model's file can be downloaded from; one adapter per scheme beside this file. Invariant: a
 * source writes only to the part file; the puller checks size and checksum and renames the file.
 */
import type { Dispatcher } from 'undici';

export interface DownloadOptions {
  signal: AbortSignal;
  /** Bytes that exist in the part file. The source continues after them if it can, otherwise it restarts from 0. */
  offset: number;
  /** Size of the whole file in bytes, if known; a source that offers another size fails before it downloads. */
  expectedBytes?: number;
  /** Whether the checksum of the file is known, so that a part of another source may be continued. */
  checksumKnown: boolean;
  /** SHA-256 of the file (hex), if known; a source that announces another one fails before it downloads. */
  expectedSha256?: string | undefined;
  /** Whether a source that announces no size and SHA-256 is refused. */
  mustAnnounce?: boolean | undefined;
  /**
   * Called once per attempt, before the first byte is written, with the file's size in bytes. May throw to stop the
   * source.
   */
  onTotal(totalBytes: number): Promise<void>;
  /** Bytes received so far, `offset` included. */
  onProgress(receivedBytes: number): void;
}

/** Facts that a source announces before the download. */
export interface Announcement {
  bytes?: number;
  /** Lower-case hex. */
  sha256?: string;
}

export interface DownloadResult {
  announced?: Announcement;
}

export interface ModelSource {
  /** The reference that was opened, e.g. `hf:owner/repo:file`. */
  readonly reference: string;
  /** Short form for messages. */
  readonly label: string;
  /** Maximum of extra bytes on disk beside the file during the download. */
  extraBytes(totalBytes: number): number;
  /** Resolves when the part file is complete. Throws `SourceError`, or the signal's reason. */
  download(part: string, options: DownloadOptions): Promise<DownloadResult>;
}

/** Settings that apply to every source. */
export interface SourceOptions {
  /** Whether only files of this machine may be read. */
  offline?: boolean | undefined;
  /** Hub address, for mirrors. Default `https://huggingface.co`. */
  hubUrl?: string | undefined;
  /** Hub token, for gated or private repositories. */
  hubToken?: string | undefined;
  /** Transport of HTTP requests. Default: one that applies the proxy settings of the environment. */
  dispatcher?: Dispatcher | undefined;
  /** Hosts that could not be reached; sources add to it, and a host in it is not tried again. */
  unreachable?: Set<string> | undefined;
  /** Wait before the first retry of a broken connection, in ms; doubles with each retry. Default 500. */
  retryDelayMs?: number | undefined;
  /** Folder that keeps wheels for further files in them; the caller deletes it. Default: wheels are not kept. */
  wheelDirectory?: string | undefined;
  /** Commands that run pip, tried in order. Default `python3 -m pip`, `python -m pip`, `pip3`, `pip`. */
  pipCommands?: readonly (readonly string[])[] | undefined;
  /** Command that runs npm. Default `npm`. */
  npmCommand?: readonly string[] | undefined;
}

/** A download failed; the message is one short sentence that names the host or path. */
export class SourceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceError';
  }
}

/** A host could not be reached: the network, the name or the address is wrong, not the file. */
export class UnreachableError extends SourceError {
  /** Whether an earlier download has already reported this. */
  readonly isKnown: boolean;

  constructor(message: string, options: ErrorOptions & { isKnown: boolean }) {
    super(message, options);
    this.name = 'UnreachableError';
    this.isKnown = options.isKnown;
  }
}
