import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFileSystemBlobs } from './file-system-blobs.ts';
import { translateDiskError } from './translate-disk-error.ts';

const failure = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });

it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])('turns %s of a write into 503 storage_unavailable', (code) => {
  expect(translateDiskError(failure(code, 'write'))).toMatchObject({ status: 503, code: 'storage_unavailable' });
});

it('returns errors that are not of the disk unchanged', () => {
  for (const error of [failure('ECONNRESET', 'read'), failure('ENOSPC'), failure('ENOENT', 'open'), new Error('x')]) {
    expect(translateDiskError(error)).toBe(error);
  }
});

it('refuses a blob with 503 storage_unavailable when the disk is full', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-full-'));
  const blobs = await openFileSystemBlobs({ folder, now: Date.now });
  async function* source() {
    yield Buffer.from('text');
    throw failure('ENOSPC', 'write');
  }
  const written = blobs.write('blob_a', source(), new AbortController().signal);
  await expect(written).rejects.toMatchObject({ status: 503, code: 'storage_unavailable' });
  await rm(folder, { recursive: true });
});
