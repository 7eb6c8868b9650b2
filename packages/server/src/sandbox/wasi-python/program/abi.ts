/** The numbers of WASI preview 1 that the program uses. */

export const ERRNO = {
  success: 0,
  badDescriptor: 8,
  exists: 20,
  badAddress: 21,
  tooLarge: 22,
  invalid: 28,
  io: 29,
  isFolder: 31,
  tooManyOpen: 33,
  nameTooLong: 37,
  noEntry: 44,
  noSpace: 51,
  noFolder: 54,
  notEmpty: 55,
  notASocket: 57,
  notSupported: 58,
  notPermitted: 63,
  readOnly: 69,
  noSeek: 70,
  crossDevice: 18,
  notCapable: 76,
} as const;

export const FILE_TYPE = { characterDevice: 2, folder: 3, regularFile: 4 } as const;
export type FileType = (typeof FILE_TYPE)[keyof typeof FILE_TYPE];

export const OPEN = { create: 1, folder: 2, exclusive: 4, truncate: 8 } as const;
export const DESCRIPTOR_APPEND = 1;
export const RIGHT = { read: 1n << 1n, write: 1n << 6n } as const;
export const ALL_RIGHTS = (1n << 30n) - 1n;
/** The rights of a stream: a character device with others is no terminal. */
export const STREAM_RIGHTS = RIGHT.read | RIGHT.write;

export const WHENCE = { start: 0, current: 1, end: 2 } as const;
export const CLOCK = { real: 0, monotonic: 1, process: 2, thread: 3 } as const;
export const SET_TIME = { access: 1, accessNow: 2, change: 4, changeNow: 8 } as const;
export const SUBSCRIPTION_CLOCK = 0;
export const CLOCK_ABSOLUTE = 1;

export type WasiValue = number | bigint;

/** A function that the interpreter imports. It throws `WasiError`. */
// biome-ignore lint/suspicious/noExplicitAny: the signatures differ, and the interpreter declares them.
export type WasiFunction = (...values: any[]) => void;

/** A call of WASI fails with this error number. */
export class WasiError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`WASI error ${errno}`);
    this.errno = errno;
  }
}
