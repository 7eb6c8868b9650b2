/** Operations on paths below an open folder. There are no links, so a path cannot leave its volume except by `..`. */
import { ERRNO, OPEN, WasiError } from './abi.ts';
import { type Descriptor, type FileAccess, FileDescriptor, FolderDescriptor, nowNs } from './descriptors.ts';
import { FileNode, FolderNode, type Node, type Volume } from './volume.ts';

const MAX_PATH_CHARS = 4096;
const MAX_NAME_CHARS = 255;
/** Bounds the recursion of walks over folders. */
const MAX_DEPTH = 100;

interface Place {
  folder: FolderNode;
  /** The empty string: the path is the folder itself. */
  name: string;
  mustBeFolder: boolean;
}

/** The root is its own parent, so `..` cannot leave it. */
function locate(start: FolderNode, path: string): Place {
  if (path.length > MAX_PATH_CHARS) throw new WasiError(ERRNO.nameTooLong);
  if (path === '') throw new WasiError(ERRNO.noEntry);
  if (path.startsWith('/')) throw new WasiError(ERRNO.notCapable);
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length > MAX_DEPTH || names.some((name) => name.length > MAX_NAME_CHARS)) {
    throw new WasiError(ERRNO.nameTooLong);
  }
  const last = names.at(-1) === '..' ? '' : (names.pop() ?? '');
  let folder = start;
  for (const name of names) {
    const next = name === '..' ? (folder.parent ?? folder) : folder.entries.get(name);
    if (next === undefined) throw new WasiError(ERRNO.noEntry);
    if (!(next instanceof FolderNode)) throw new WasiError(ERRNO.noFolder);
    folder = next;
  }
  return { folder, name: last, mustBeFolder: last === '' || path.endsWith('/') };
}

function find({ folder, name, mustBeFolder }: Place): Node | undefined {
  const node = name === '' ? folder : folder.entries.get(name);
  if (node !== undefined && mustBeFolder && !(node instanceof FolderNode)) throw new WasiError(ERRNO.noFolder);
  return node;
}

export function findNode(start: FolderNode, path: string): Node {
  const node = find(locate(start, path));
  if (node === undefined) throw new WasiError(ERRNO.noEntry);
  return node;
}

export interface OpenRequest extends FileAccess {
  path: string;
  /** Flags of `OPEN`. */
  how: number;
  /** Flags of the descriptor. */
  flags: number;
}

/** Returns the function that opens the descriptor; it is called when a number is free for it. */
export function openPath(start: FolderNode, request: OpenRequest): () => Descriptor {
  const place = locate(start, request.path);
  const { how } = request;
  const found = find(place);
  if (found !== undefined && (how & OPEN.create) !== 0 && (how & OPEN.exclusive) !== 0) {
    throw new WasiError(ERRNO.exists);
  }
  if (found instanceof FolderNode) {
    if (request.canWrite || (how & OPEN.truncate) !== 0) throw new WasiError(ERRNO.isFolder);
    return () => new FolderDescriptor(found);
  }
  if ((how & OPEN.folder) !== 0) throw new WasiError(found === undefined ? ERRNO.noEntry : ERRNO.noFolder);
  if (found === undefined && (how & OPEN.create) === 0) throw new WasiError(ERRNO.noEntry);
  if (found === undefined && place.mustBeFolder) throw new WasiError(ERRNO.isFolder);
  return () => {
    const file = (found as FileNode | undefined) ?? createFile(place);
    if (request.canWrite) place.folder.writable();
    if ((how & OPEN.truncate) !== 0) file.truncate(0);
    return new FileDescriptor(file, request, request.flags);
  };
}

function createFile({ folder, name }: Place): FileNode {
  const file = folder.writable().createFile();
  attach(folder, name, file);
  file.changedNs = nowNs();
  return file;
}

function attach(folder: FolderNode, name: string, node: Node): void {
  folder.with(name, node);
  folder.changedNs = nowNs();
}

function detach(folder: FolderNode, name: string): void {
  folder.entries.delete(name);
  folder.changedNs = nowNs();
}

export function createFolder(start: FolderNode, path: string): void {
  const place = locate(start, path);
  if (find(place) !== undefined) throw new WasiError(ERRNO.exists);
  const folder = place.folder.writable().createFolder();
  attach(place.folder, place.name, folder);
  folder.changedNs = nowNs();
}

export function unlinkFile(start: FolderNode, path: string): void {
  const place = locate(start, path);
  const node = find(place);
  if (node === undefined) throw new WasiError(ERRNO.noEntry);
  if (!(node instanceof FileNode)) throw new WasiError(ERRNO.isFolder);
  place.folder.writable();
  detach(place.folder, place.name);
  node.unlinked();
}

export function removeFolder(start: FolderNode, path: string): void {
  const place = locate(start, path);
  const node = find(place);
  if (node === undefined) throw new WasiError(ERRNO.noEntry);
  if (!(node instanceof FolderNode)) throw new WasiError(ERRNO.noFolder);
  if (node.entries.size > 0) throw new WasiError(ERRNO.notEmpty);
  if (place.name === '') throw new WasiError(ERRNO.invalid);
  remove(place.folder.writable(), node);
  detach(place.folder, place.name);
}

function remove(volume: Volume, folder: FolderNode): void {
  volume.removeNode();
  folder.isRemoved = true;
}

export function renamePath(from: { start: FolderNode; path: string }, to: { start: FolderNode; path: string }): void {
  const source = locate(from.start, from.path);
  const target = locate(to.start, to.path);
  const node = find(source);
  if (node === undefined) throw new WasiError(ERRNO.noEntry);
  if (source.name === '' || target.name === '') throw new WasiError(ERRNO.invalid);
  if (source.folder.writable() !== target.folder.writable()) throw new WasiError(ERRNO.crossDevice);
  const replaced = find(target);
  if (replaced === node) return;
  checkReplacement(node, replaced);
  for (let folder: FolderNode | undefined = target.folder; folder !== undefined; folder = folder.parent) {
    if (folder === node) throw new WasiError(ERRNO.invalid);
  }
  detach(source.folder, source.name);
  attach(target.folder, target.name, node);
  if (replaced instanceof FileNode) replaced.unlinked();
  if (replaced instanceof FolderNode) remove(target.folder.writable(), replaced);
}

function checkReplacement(node: Node, replaced: Node | undefined): void {
  if (replaced === undefined) return;
  if (replaced instanceof FolderNode) {
    if (!(node instanceof FolderNode)) throw new WasiError(ERRNO.isFolder);
    if (replaced.entries.size > 0) throw new WasiError(ERRNO.notEmpty);
  } else if (node instanceof FolderNode) throw new WasiError(ERRNO.noFolder);
}
