/** Read-only files in a range of an open descriptor of the machine, and the folder of a zip whose entries are stored. */
import { fstatSync, readSync } from 'node:fs';
import { FileNode, FolderNode } from './volume.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const METHOD_STORED = 0;

export class RangeFile extends FileNode {
  readonly #descriptor: number;
  readonly #start: number;
  readonly size: number;

  constructor(descriptor: number, start = 0, size = fstatSync(descriptor).size) {
    super();
    this.#descriptor = descriptor;
    this.#start = start;
    this.size = size;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.size - position));
    return length === 0 ? 0 : readSync(this.#descriptor, target, 0, length, this.#start + position);
  }

  bytes(position: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    if (this.read(buffer, position) !== length) throw new Error('The archive is shorter than its directory says.');
    return buffer;
  }

  /** All stored entries of this zip, as folders and files. */
  toFolder(): FolderNode {
    const root = new FolderNode();
    for (const found of listStored(this)) {
      const names = found.name.split('/');
      const last = names.pop() as string;
      let folder = root;
      for (const name of names) {
        if (!folder.entries.has(name)) folder.with(name, new FolderNode());
        folder = folder.entries.get(name) as FolderNode;
      }
      folder.with(last, this.#range(found));
    }
    return root;
  }

  #range({ start, size }: StoredEntry): RangeFile {
    return new RangeFile(this.#descriptor, this.#start + start, size);
  }
}

interface StoredEntry {
  name: string;
  start: number;
  size: number;
}

function listStored(zip: RangeFile): StoredEntry[] {
  const end = zip.bytes(zip.size - END_BYTES, END_BYTES);
  if (end.readUInt32LE(0) !== END_SIGNATURE) throw new Error('The archive has no directory.');
  const directory = zip.bytes(end.readUInt32LE(16), end.readUInt32LE(12));
  const entries: StoredEntry[] = [];
  for (let at = 0; at < directory.length; ) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    if (!name.endsWith('/') && directory.readUInt16LE(at + 10) === METHOD_STORED) {
      const headerAt = directory.readUInt32LE(at + 42);
      const header = zip.bytes(headerAt, LOCAL_BYTES);
      const start = headerAt + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
      entries.push({ name, start, size: directory.readUInt32LE(at + 24) });
    }
    at += CENTRAL_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}
