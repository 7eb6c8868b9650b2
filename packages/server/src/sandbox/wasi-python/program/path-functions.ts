/** The functions of WASI on paths. Links do not exist. */
import { ERRNO, RIGHT, WasiError, type WasiFunction } from './abi.ts';
import { setTimes, writeStat } from './descriptor-functions.ts';
import type { DescriptorTable } from './descriptors.ts';
import type { InterpreterMemory } from './memory.ts';
import { createFolder, findNode, openPath, removeFolder, renamePath, unlinkFile } from './paths.ts';
import type { FolderNode } from './volume.ts';

interface PathDeps {
  memory: InterpreterMemory;
  descriptors: DescriptorTable;
}

export function pathFunctions({ memory, descriptors }: PathDeps): Record<string, WasiFunction> {
  const folder = (number: number): FolderNode => descriptors.get(number).folder();
  const onPath =
    (apply: (start: FolderNode, path: string) => void): WasiFunction =>
    (number: number, address: number, length: number) =>
      apply(folder(number), memory.text(address, length));
  const refuseLink = () => {
    throw new WasiError(ERRNO.notPermitted);
  };
  return {
    path_create_directory: onPath(createFolder),
    path_remove_directory: onPath(removeFolder),
    path_unlink_file: onPath(unlinkFile),
    path_filestat_get: (number: number, _follow: number, address: number, length: number, result: number) =>
      writeStat(memory, result, findNode(folder(number), memory.text(address, length))),
    path_filestat_set_times: (...values: PathTimes) => {
      const [number, , address, length, , change, how] = values;
      setTimes(findNode(folder(number), memory.text(address, length)), change, how);
    },
    path_rename: (...values: TwoPaths) => {
      const [from, address, length, to, target, targetLength] = values;
      const source = { start: folder(from), path: memory.text(address, length) };
      renamePath(source, { start: folder(to), path: memory.text(target, targetLength) });
    },
    path_open: (...values: OpenValues) => {
      const [number, , address, length, how, rights, , flags, result] = values;
      const canRead = (rights & RIGHT.read) !== 0n;
      const canWrite = (rights & RIGHT.write) !== 0n;
      const path = memory.text(address, length);
      const open = openPath(folder(number), { path, how, flags, canRead, canWrite });
      memory.setUint32(result, descriptors.add(open));
    },
    path_link: refuseLink,
    path_symlink: refuseLink,
    path_readlink: (number: number, address: number, length: number) => {
      findNode(folder(number), memory.text(address, length));
      throw new WasiError(ERRNO.invalid);
    },
  };
}

type PathTimes = [number, number, number, number, access: bigint, change: bigint, how: number];
type TwoPaths = [number, number, number, number, number, number];
type OpenValues = [
  number,
  number,
  address: number,
  length: number,
  how: number,
  rights: bigint,
  inherited: bigint,
  flags: number,
  result: number,
];
