/** The open files of the interpreter. */
import { readSync, writeSync } from 'node:fs';
import {
  ALL_RIGHTS,
  DESCRIPTOR_APPEND,
  ERRNO,
  FILE_TYPE,
  type FileType,
  STREAM_RIGHTS,
  WasiError,
  WHENCE,
} from './abi.ts';
import type { FileNode, FolderNode, Node } from './volume.ts';

const MAX_DESCRIPTORS = 256;

export interface FolderEntry {
  name: string;
  node: Node;
}

/** Without an override, an operation does not apply to this kind of descriptor. */
export abstract class Descriptor {
  abstract readonly type: FileType;
  readonly rights: bigint = ALL_RIGHTS;
  flags = 0;
  /** The path of a folder that is open from the start. */
  readonly preopened: string | undefined = undefined;
  get node(): Node | undefined {
    return undefined;
  }
  read(_target: Uint8Array, _position?: number): number {
    throw new WasiError(ERRNO.badDescriptor);
  }
  write(_source: Uint8Array, _position?: number): number {
    throw new WasiError(ERRNO.badDescriptor);
  }
  seek(_offset: bigint, _whence: number): bigint {
    throw new WasiError(ERRNO.noSeek);
  }
  truncate(_size: number): void {
    throw new WasiError(ERRNO.invalid);
  }
  folder(): FolderNode {
    throw new WasiError(ERRNO.noFolder);
  }
  list(_fromStart: boolean): readonly FolderEntry[] {
    throw new WasiError(ERRNO.noFolder);
  }
  close(): void {}
}

/** Reads nothing and discards what is written. */
export class NullDescriptor extends Descriptor {
  readonly type = FILE_TYPE.characterDevice;
  override readonly rights = STREAM_RIGHTS;

  override read(): number {
    return 0;
  }

  override write(source: Uint8Array): number {
    return source.length;
  }
}

const RETRY_MS = 1;
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Repeats a call that a full or empty pipe refuses: Node creates its own pipes without blocking. */
function blocking(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(never, 0, 0, RETRY_MS);
    }
  }
}

/** A pipe to the server. Reads and writes block. */
export class PipeDescriptor extends Descriptor {
  readonly type = FILE_TYPE.characterDevice;
  override readonly rights = STREAM_RIGHTS;
  readonly #descriptor: number;
  readonly #direction: 'read' | 'write';

  constructor(descriptor: number, direction: 'read' | 'write') {
    super();
    this.#descriptor = descriptor;
    this.#direction = direction;
  }

  override read(target: Uint8Array): number {
    if (this.#direction === 'write') throw new WasiError(ERRNO.badDescriptor);
    return target.length === 0 ? 0 : blocking(() => readSync(this.#descriptor, target));
  }

  override write(source: Uint8Array): number {
    if (this.#direction === 'read') throw new WasiError(ERRNO.badDescriptor);
    return source.length === 0 ? 0 : blocking(() => writeSync(this.#descriptor, source));
  }
}

export interface FileAccess {
  canRead: boolean;
  canWrite: boolean;
}

export class FileDescriptor extends Descriptor {
  readonly type = FILE_TYPE.regularFile;
  readonly #file: FileNode;
  readonly #access: FileAccess;
  #position = 0;

  constructor(file: FileNode, access: FileAccess, flags: number) {
    super();
    this.#file = file;
    this.#access = access;
    this.flags = flags;
    file.opened();
  }

  override get node(): FileNode {
    return this.#file;
  }

  override read(target: Uint8Array, position?: number): number {
    if (!this.#access.canRead) throw new WasiError(ERRNO.badDescriptor);
    const count = this.#file.read(target, position ?? this.#position);
    if (position === undefined) this.#position += count;
    return count;
  }

  override write(source: Uint8Array, position?: number): number {
    if (!this.#access.canWrite) throw new WasiError(ERRNO.badDescriptor);
    if (position === undefined && (this.flags & DESCRIPTOR_APPEND) !== 0) this.#position = this.#file.size;
    this.#file.write(source, position ?? this.#position);
    if (position === undefined) this.#position += source.length;
    this.#file.changedNs = nowNs();
    return source.length;
  }

  override seek(offset: bigint, whence: number): bigint {
    const base = { [WHENCE.start]: 0, [WHENCE.current]: this.#position, [WHENCE.end]: this.#file.size }[whence];
    const position = base === undefined ? -1 : base + Number(offset);
    if (!Number.isSafeInteger(position) || position < 0) throw new WasiError(ERRNO.invalid);
    this.#position = position;
    return BigInt(position);
  }

  override truncate(size: number): void {
    if (!this.#access.canWrite) throw new WasiError(ERRNO.invalid);
    this.#file.truncate(size);
    this.#file.changedNs = nowNs();
  }

  override close(): void {
    this.#file.closed();
  }
}

export class FolderDescriptor extends Descriptor {
  readonly type = FILE_TYPE.folder;
  readonly #folder: FolderNode;
  override readonly preopened: string | undefined;
  /** A listing does not change while it is read. */
  #listing: FolderEntry[] = [];

  constructor(folder: FolderNode, preopened?: string) {
    super();
    this.#folder = folder;
    this.preopened = preopened;
  }

  override get node(): FolderNode {
    return this.#folder;
  }

  override folder(): FolderNode {
    return this.#folder;
  }

  override list(fromStart: boolean): readonly FolderEntry[] {
    if (fromStart) {
      const own = { name: '.', node: this.#folder };
      const parent = { name: '..', node: this.#folder.parent ?? this.#folder };
      this.#listing = [own, parent, ...[...this.#folder.entries].map(([name, node]) => ({ name, node }))];
    }
    return this.#listing;
  }
}

export class DescriptorTable {
  readonly #open = new Map<number, Descriptor>();

  /** Opens a descriptor with this number, before the interpreter starts. */
  set(number: number, descriptor: Descriptor): void {
    this.#open.set(number, descriptor);
  }

  get(number: number): Descriptor {
    const found = this.#open.get(number);
    if (found === undefined) throw new WasiError(ERRNO.badDescriptor);
    return found;
  }

  add(create: () => Descriptor): number {
    if (this.#open.size >= MAX_DESCRIPTORS) throw new WasiError(ERRNO.tooManyOpen);
    let number = 0;
    while (this.#open.has(number)) number += 1;
    this.#open.set(number, create());
    return number;
  }

  close(number: number): void {
    this.get(number).close();
    this.#open.delete(number);
  }
}

export function nowNs(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6));
}
