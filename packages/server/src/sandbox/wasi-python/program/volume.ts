/**
 * Files and folders in memory. Invariant: the pages of all files of a volume, open deleted ones included, never exceed
 * its size, and its files and folders never exceed their number.
 */
import { ERRNO, FILE_TYPE, type FileType, WasiError } from './abi.ts';

const PAGE_BYTES = 16 * 1024;
/** Bounds the memory for empty files and folders. */
const MAX_NODES = 20_000;

let lastInode = 0;

/** Anything that a path leads to. */
export abstract class Node {
  abstract readonly type: FileType;
  readonly inode = ++lastInode;
  changedNs = 0n;
  abstract get size(): number;
}

/** A regular file. */
export abstract class FileNode extends Node {
  readonly type = FILE_TYPE.regularFile;
  /** Returns the number of bytes that were read. */
  abstract read(target: Uint8Array, position: number): number;
  write(_source: Uint8Array, _position: number): void {
    throw new WasiError(ERRNO.readOnly);
  }
  truncate(_size: number): void {
    throw new WasiError(ERRNO.readOnly);
  }
  opened(): void {}
  closed(): void {}
  unlinked(): void {}
}

export class FolderNode extends Node {
  readonly type = FILE_TYPE.folder;
  readonly entries = new Map<string, Node>();
  /** `undefined`: read-only. */
  readonly volume: Volume | undefined;
  parent: FolderNode | undefined;
  isRemoved = false;

  constructor(volume?: Volume) {
    super();
    this.volume = volume;
  }

  get size(): number {
    return 0;
  }

  /** Adds a node that exists before the interpreter starts. */
  with(name: string, node: Node): this {
    if (node instanceof FolderNode) node.parent = this;
    this.entries.set(name, node);
    return this;
  }

  /** Throws if the folder is read-only, or was removed while it was open. */
  writable(): Volume {
    if (this.isRemoved) throw new WasiError(ERRNO.noEntry);
    if (this.volume === undefined) throw new WasiError(ERRNO.readOnly);
    return this.volume;
  }
}

export class Volume {
  readonly maxBytes: number;
  #bytes = 0;
  #nodes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  charge(bytes: number): void {
    if (this.#bytes + bytes > this.maxBytes) throw new WasiError(ERRNO.noSpace);
    this.#bytes += bytes;
  }

  refund(bytes: number): void {
    this.#bytes -= bytes;
  }

  addNode(): void {
    if (this.#nodes >= MAX_NODES) throw new WasiError(ERRNO.noSpace);
    this.#nodes += 1;
  }

  removeNode(): void {
    this.#nodes -= 1;
  }

  /** A folder that exists before the interpreter starts. */
  createRoot(): FolderNode {
    return new FolderNode(this);
  }

  createFile(): MemoryFile {
    this.addNode();
    return new MemoryFile(this);
  }

  createFolder(): FolderNode {
    this.addNode();
    return new FolderNode(this);
  }
}

/** A file in pages; pages that were never written do not exist and read as zeros. */
export class MemoryFile extends FileNode {
  readonly #volume: Volume;
  readonly #pages = new Map<number, Uint8Array>();
  #size = 0;
  #uses = 1;

  constructor(volume: Volume) {
    super();
    this.#volume = volume;
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.#size - position));
    forEachPage(position, length, ({ page, offset, start, count }) => {
      const bytes = this.#pages.get(page);
      if (bytes === undefined) target.fill(0, start, start + count);
      else target.set(bytes.subarray(offset, offset + count), start);
    });
    return length;
  }

  override write(source: Uint8Array, position: number): void {
    if (position + source.length > this.#volume.maxBytes) throw new WasiError(ERRNO.noSpace);
    forEachPage(position, source.length, ({ page, offset, start, count }) => {
      this.#page(page).set(source.subarray(start, start + count), offset);
      this.#size = Math.max(this.#size, position + start + count);
    });
  }

  override truncate(size: number): void {
    if (size > this.#volume.maxBytes) throw new WasiError(ERRNO.tooLarge);
    if (size < this.#size) {
      const kept = Math.ceil(size / PAGE_BYTES);
      for (const page of this.#pages.keys()) {
        if (page >= kept) this.#drop(page);
      }
      this.#pages.get(Math.floor(size / PAGE_BYTES))?.fill(0, size % PAGE_BYTES);
    }
    this.#size = size;
  }

  override opened(): void {
    this.#uses += 1;
  }

  override closed(): void {
    this.#uses -= 1;
    if (this.#uses > 0) return;
    for (const page of this.#pages.keys()) this.#drop(page);
    this.#volume.removeNode();
  }

  override unlinked(): void {
    this.closed();
  }

  #page(page: number): Uint8Array {
    const found = this.#pages.get(page);
    if (found !== undefined) return found;
    this.#volume.charge(PAGE_BYTES);
    const bytes = new Uint8Array(PAGE_BYTES);
    this.#pages.set(page, bytes);
    return bytes;
  }

  #drop(page: number): void {
    this.#pages.delete(page);
    this.#volume.refund(PAGE_BYTES);
  }
}

interface PagePart {
  page: number;
  /** In the page. */
  offset: number;
  /** In the buffer of the caller. */
  start: number;
  count: number;
}

function forEachPage(position: number, length: number, visit: (part: PagePart) => void): void {
  for (let start = 0; start < length; ) {
    const page = Math.floor((position + start) / PAGE_BYTES);
    const offset = (position + start) % PAGE_BYTES;
    const count = Math.min(length - start, PAGE_BYTES - offset);
    visit({ page, offset, start, count });
    start += count;
  }
}
