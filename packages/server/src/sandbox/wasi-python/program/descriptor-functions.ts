/** The functions of WASI on open descriptors. */
import { ERRNO, SET_TIME, WasiError, type WasiFunction } from './abi.ts';
import { type Descriptor, type DescriptorTable, type FolderEntry, nowNs } from './descriptors.ts';
import type { InterpreterMemory } from './memory.ts';
import type { Node } from './volume.ts';

const STAT_BYTES = 64;
const DESCRIPTOR_STAT_BYTES = 24;
const ENTRY_BYTES = 24;
const MAX_POSITION = BigInt(Number.MAX_SAFE_INTEGER);

interface DescriptorDeps {
  memory: InterpreterMemory;
  descriptors: DescriptorTable;
}

export function descriptorFunctions({ memory, descriptors }: DescriptorDeps): Record<string, WasiFunction> {
  const get = (number: number) => descriptors.get(number);
  const check = (number: number) => void get(number);
  return {
    ...transferFunctions(memory, get),
    fd_advise: check,
    fd_datasync: check,
    fd_sync: check,
    fd_close: (number: number) => descriptors.close(number),
    fd_fdstat_get: (number: number, result: number) => writeDescriptorStat(memory, get(number), result),
    fd_fdstat_set_flags: (number: number, flags: number) => {
      get(number).flags = flags;
    },
    fd_filestat_get: (number: number, result: number) => {
      const descriptor = get(number);
      writeStat(memory, result, descriptor.node ?? { type: descriptor.type, inode: 0, size: 0, changedNs: 0n });
    },
    fd_filestat_set_size: (number: number, size: bigint) => get(number).truncate(toPosition(size)),
    fd_filestat_set_times: (number: number, _access: bigint, change: bigint, how: number) =>
      setTimes(get(number).node, change, how),
    fd_prestat_get: (number: number, result: number) => {
      const path = preopenedPath(get(number));
      memory.setUint32(result, 0);
      memory.setUint32(result + 4, path.length);
    },
    fd_prestat_dir_name: (number: number, address: number, length: number) =>
      memory.bytes(address, length).set(preopenedPath(get(number)).subarray(0, length)),
    fd_readdir: (number: number, address: number, length: number, cookie: bigint, result: number) => {
      const entries = get(number).list(cookie === 0n);
      memory.setUint32(result, writeEntries(memory.bytes(address, length), entries, Number(cookie)));
    },
  };
}

type GetDescriptor = (number: number) => Descriptor;

function transferFunctions(memory: InterpreterMemory, get: GetDescriptor): Record<string, WasiFunction> {
  const transfer = (direction: 'read' | 'write', isPositioned: boolean): WasiFunction => {
    const run = (number: number, vectors: number, count: number, position: number | undefined): number => {
      const descriptor = get(number);
      let total = 0;
      for (const bytes of memory.vectors(vectors, count)) {
        const moved = descriptor[direction](bytes, position === undefined ? undefined : position + total);
        total += moved;
        // A pipe without more data would block.
        if (moved < bytes.length || (direction === 'read' && descriptor.node === undefined && total > 0)) break;
      }
      return total;
    };
    if (!isPositioned) {
      return (number: number, vectors: number, count: number, result: number) =>
        memory.setUint32(result, run(number, vectors, count, undefined));
    }
    return (number: number, vectors: number, count: number, position: bigint, result: number) => {
      if (get(number).node === undefined) throw new WasiError(ERRNO.noSeek);
      memory.setUint32(result, run(number, vectors, count, toPosition(position)));
    };
  };
  return {
    fd_read: transfer('read', false),
    fd_write: transfer('write', false),
    fd_pread: transfer('read', true),
    fd_pwrite: transfer('write', true),
    fd_seek: (number: number, offset: bigint, whence: number, result: number) =>
      memory.setUint64(result, get(number).seek(offset, whence)),
    fd_tell: (number: number, result: number) => memory.setUint64(result, get(number).seek(0n, 1)),
  };
}

function toPosition(value: bigint): number {
  const unsigned = BigInt.asUintN(64, value);
  if (unsigned > MAX_POSITION) throw new WasiError(ERRNO.tooLarge);
  return Number(unsigned);
}

function preopenedPath(descriptor: Descriptor): Buffer {
  if (descriptor.preopened === undefined) throw new WasiError(ERRNO.badDescriptor);
  return Buffer.from(descriptor.preopened);
}

function writeDescriptorStat(memory: InterpreterMemory, descriptor: Descriptor, at: number): void {
  memory.bytes(at, DESCRIPTOR_STAT_BYTES).fill(0);
  memory.setUint8(at, descriptor.type);
  memory.setUint16(at + 2, descriptor.flags);
  memory.setUint64(at + 8, descriptor.rights);
  memory.setUint64(at + 16, descriptor.rights);
}

export function writeStat(
  memory: InterpreterMemory,
  at: number,
  node: Pick<Node, 'type' | 'inode' | 'size' | 'changedNs'>,
): void {
  memory.bytes(at, STAT_BYTES).fill(0);
  memory.setUint64(at, 1n);
  memory.setUint64(at + 8, BigInt(node.inode));
  memory.setUint8(at + 16, node.type);
  memory.setUint64(at + 24, 1n);
  memory.setUint64(at + 32, BigInt(node.size));
  for (const offset of [40, 48, 56]) memory.setUint64(at + offset, node.changedNs);
}

export function setTimes(node: Node | undefined, changeNs: bigint, how: number): void {
  if (node === undefined) throw new WasiError(ERRNO.invalid);
  if ((how & SET_TIME.change) !== 0) node.changedNs = BigInt.asUintN(64, changeNs);
  if ((how & SET_TIME.changeNow) !== 0) node.changedNs = nowNs();
}

/** Returns the number of bytes used. A full buffer means that there are more entries; the last one may be cut off. */
function writeEntries(target: Uint8Array, entries: readonly FolderEntry[], first: number): number {
  let used = 0;
  for (let index = first; index < entries.length && used < target.length; index += 1) {
    const { name, node } = entries[index] as FolderEntry;
    const encoded = Buffer.from(name);
    const entry = Buffer.alloc(ENTRY_BYTES + encoded.length);
    entry.writeBigUInt64LE(BigInt(index + 1), 0);
    entry.writeBigUInt64LE(BigInt(node.inode), 8);
    entry.writeUInt32LE(encoded.length, 16);
    entry.writeUInt8(node.type, 20);
    encoded.copy(entry, ENTRY_BYTES);
    const part = entry.subarray(0, target.length - used);
    target.set(part, used);
    used += part.length;
  }
  return used;
}
