import { describe, expect, it } from 'vitest';
import { ERRNO, OPEN, WasiError } from './abi.ts';
import { DescriptorTable } from './descriptors.ts';
import { createFolder, findNode, openPath, removeFolder, renamePath, unlinkFile } from './paths.ts';
import { FolderNode, Volume } from './volume.ts';

const LIMIT = 1024 * 1024;
const WRITE = { canRead: true, canWrite: true, flags: 0 };

function createRoot() {
  const volume = new Volume(LIMIT);
  const root = new FolderNode().with('data', volume.createRoot()).with('tmp', volume.createRoot());
  const descriptors = new DescriptorTable();
  const create = (path: string) =>
    descriptors.add(openPath(root, { ...WRITE, path, how: OPEN.create | OPEN.truncate }));
  const write = (path: string, bytes: number) => {
    const number = create(path);
    descriptors.get(number).write(new Uint8Array(bytes).fill(1));
    return number;
  };
  return { root, descriptors, create, write };
}

function errnoOf(action: () => unknown): number {
  try {
    action();
  } catch (error) {
    if (error instanceof WasiError) return error.errno;
    throw error;
  }
  return ERRNO.success;
}

describe('files in memory', () => {
  it('limits the size of both folders together, open deleted files included', () => {
    const { root, descriptors, write } = createRoot();
    const number = write('data/a', LIMIT / 2);
    expect(errnoOf(() => write('tmp/b', LIMIT))).toBe(ERRNO.noSpace);
    unlinkFile(root, 'tmp/b');
    unlinkFile(root, 'data/a');
    descriptors.close(number);
    // The descriptor of tmp/b is still open.
    expect(errnoOf(() => write('data/c', LIMIT))).toBe(ERRNO.noSpace);
    unlinkFile(root, 'data/c');
    for (const open of [0, 1]) descriptors.close(open);
    expect(errnoOf(() => write('data/d', LIMIT))).toBe(ERRNO.success);
  });

  it('returns the space of a file that is truncated or replaced', () => {
    const { root, descriptors, create, write } = createRoot();
    descriptors.close(write('data/a', LIMIT));
    descriptors.close(create('data/a'));
    descriptors.close(write('data/b', LIMIT));
    descriptors.close(create('data/c'));
    renamePath({ start: root, path: 'data/c' }, { start: root, path: 'data/b' });
    expect(errnoOf(() => write('tmp/d', LIMIT))).toBe(ERRNO.success);
  });

  it('limits the number of files and of descriptors', () => {
    const { descriptors, create } = createRoot();
    const files = Array.from({ length: 30_000 }, (_, index) =>
      errnoOf(() => descriptors.close(create(`data/${index}`))),
    );
    expect(files.filter((errno) => errno === ERRNO.success)).toHaveLength(20_000);
    expect(new Set(files.slice(20_000))).toEqual(new Set([ERRNO.noSpace]));
    const opened = Array.from({ length: 300 }, () => errnoOf(() => create('data/1')));
    expect(opened.filter((errno) => errno === ERRNO.success)).toHaveLength(256);
    expect(opened.at(-1)).toBe(ERRNO.tooManyOpen);
  });

  it('reads zeros where nothing was written, and keeps no bytes beyond the end', () => {
    const { descriptors, create } = createRoot();
    const file = descriptors.get(create('data/a'));
    file.write(new Uint8Array([1, 2, 3]), 40_000);
    const bytes = new Uint8Array(8);
    expect(file.read(bytes, 39_998)).toBe(5);
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 1, 2, 3]);
    file.truncate(40_001);
    file.truncate(40_003);
    expect(file.read(bytes, 40_000)).toBe(3);
    expect([...bytes.subarray(0, 3)]).toEqual([1, 0, 0]);
    expect(errnoOf(() => file.truncate(2 ** 40))).toBe(ERRNO.tooLarge);
  });

  it('stays in the root with `..`, and refuses absolute and long paths', () => {
    const { root } = createRoot();
    expect(findNode(root, '../../data/../..')).toBe(root);
    expect(errnoOf(() => findNode(root, '../etc/passwd'))).toBe(ERRNO.noEntry);
    expect(errnoOf(() => findNode(root, '/data'))).toBe(ERRNO.notCapable);
    expect(errnoOf(() => findNode(root, `data/${'x'.repeat(256)}`))).toBe(ERRNO.nameTooLong);
  });

  it('creates, replaces and removes nothing in the root, nor the folders of files', () => {
    const { root, write } = createRoot();
    write('data/a', 1);
    const move = (from: string, to: string) => renamePath({ start: root, path: from }, { start: root, path: to });
    expect(errnoOf(() => write('a', 1))).toBe(ERRNO.readOnly);
    expect(errnoOf(() => createFolder(root, 'x'))).toBe(ERRNO.readOnly);
    expect(errnoOf(() => removeFolder(root, 'tmp'))).toBe(ERRNO.readOnly);
    expect(errnoOf(() => move('data', 'x'))).toBe(ERRNO.readOnly);
    expect(errnoOf(() => move('data/a', 'a'))).toBe(ERRNO.readOnly);
  });

  it('refuses to move a folder into itself, and to create files in a removed folder', () => {
    const { root, descriptors } = createRoot();
    const move = (from: string, to: string) => renamePath({ start: root, path: from }, { start: root, path: to });
    createFolder(root, 'data/a');
    createFolder(root, 'data/a/b');
    expect(errnoOf(() => move('data/a', 'data/a/b/c'))).toBe(ERRNO.invalid);
    expect(errnoOf(() => removeFolder(root, 'data/a'))).toBe(ERRNO.notEmpty);
    const opened = openPath(root, { path: 'data/a/b', how: OPEN.folder, canRead: true, canWrite: false, flags: 0 });
    const folder = descriptors.get(descriptors.add(opened)).folder();
    removeFolder(root, 'data/a/b');
    const request = { ...WRITE, path: 'x', how: OPEN.create };
    expect(errnoOf(() => descriptors.add(openPath(folder, request)))).toBe(ERRNO.noEntry);
  });
});
