/** The door to sandboxes: interpreters of Python, isolated from the machine. */

export interface SandboxLimits {
  /** Address space of the interpreter. */
  memoryBytes: number;
  /** CPU time of the whole session. */
  cpuSeconds: number;
  /** Time of one call; also of one operation on files. */
  wallMs: number;
  /** Size of `/mnt/data` and `/tmp` together, in memory. */
  diskBytes: number;
  /** Logs of one call. The rest is dropped, and the logs say so. */
  outputBytes: number;
}

export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  memoryBytes: 1024 ** 3,
  cpuSeconds: 600,
  wallMs: 120_000,
  diskBytes: 512 * 1024 ** 2,
  outputBytes: 256 * 1024,
};

export interface SandboxFile {
  /** Relative to `/mnt/data`. */
  path: string;
  bytes: number;
}

export type SandboxOutput =
  /** Text of stdout, stderr, the value of the last expression, and the traceback, in the order of their creation. */
  | { type: 'logs'; text: string }
  | { type: 'image'; png: Uint8Array }
  /** The last output of every call. `failed`: the code raised an exception. `files` were created or changed. */
  | { type: 'end'; status: 'completed' | 'failed'; files: SandboxFile[] };

export interface SandboxSession {
  /** False after `destroy` and after an interruption: the state and the files are lost then. */
  readonly isOpen: boolean;
  /** One call at a time; others wait. Throws `SandboxInterruptedError` if the call does not end. */
  run(code: string, signal: AbortSignal): AsyncIterable<SandboxOutput>;
  /** Creates or replaces a regular file. */
  putFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Throws `SandboxFileError` if the path is no regular file of `/mnt/data`. */
  readFile(path: string): AsyncIterable<Uint8Array>;
  listFiles(): Promise<SandboxFile[]>;
  /** Returns whether the file existed. */
  deleteFile(path: string): Promise<boolean>;
  /** Ends the process and deletes all files. Never throws. */
  destroy(): Promise<void>;
}

export interface Sandbox {
  readonly name: string;
  /** The caller ends the session; there is no expiry here. */
  open(limits: SandboxLimits): Promise<SandboxSession>;
}

export type Interruption = 'aborted' | 'time' | 'crash' | 'output';

/** The call did not end. It may have had effects; it must not be executed again. */
export class SandboxInterruptedError extends Error {
  override readonly name = 'SandboxInterruptedError';
  readonly reason: Interruption;

  constructor(reason: Interruption) {
    super(INTERRUPTIONS[reason]);
    this.reason = reason;
  }
}

const INTERRUPTIONS: Record<Interruption, string> = {
  aborted: 'The execution was cancelled. The state of the interpreter and its files are lost.',
  time: 'The execution exceeded its time limit. The state of the interpreter and its files are lost.',
  crash: 'The interpreter ended, or exceeded a limit. Its state and its files are lost.',
  output: 'The interpreter sent invalid or too much output. Its state and its files are lost.',
};

/** A file is missing, is no regular file, or does not fit. */
export class SandboxFileError extends Error {
  override readonly name = 'SandboxFileError';
}

/** The sandbox cannot run on this machine. The message says what to install. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}
