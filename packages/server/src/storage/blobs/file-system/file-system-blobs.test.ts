import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBlobStorage } from '../blob-storage.conformance.ts';
import { openFileSystemBlobs } from './file-system-blobs.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-blobs-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const newFolder = () => {
  count += 1;
  return join(folder, String(count));
};

describeBlobStorage('the file system', () => openFileSystemBlobs({ folder: newFolder(), now: Date.now }));

it('deletes the remains of an interrupted write after an hour, not before', async () => {
  const root = newFolder();
  await mkdir(join(root, 'staging'), { recursive: true });
  await writeFile(join(root, 'staging', 'blob_old'), 'half');
  await writeFile(join(root, 'staging', 'blob_new'), 'half');
  const hourAgo = Date.now() / 1000 - 3700;
  await utimes(join(root, 'staging', 'blob_old'), hourAgo, hourAgo);
  const blobs = await openFileSystemBlobs({ folder: root, now: Date.now });
  for await (const entry of blobs.list()) throw new Error(`lists ${entry.key}`);
  expect(await readdir(join(root, 'staging'))).toEqual(['blob_new']);
});
