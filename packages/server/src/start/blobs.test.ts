import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import { openBlobs } from './blobs.ts';

const deps = { clock: systemClock, ids: createIdSource(systemClock) };
const NEVER = new AbortController().signal;

it('stores the files of requests in the data folder under new keys', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'selfsame-blobs-'));
  const { blobs, files } = await openBlobs({ dataDir, blobUrl: '' }, deps);
  const source = async function* () {
    yield Buffer.from('abc');
  };
  const [a, b] = [await files.receive(source(), NEVER), await files.receive(source(), NEVER)];
  expect(a.key).not.toBe(b.key);
  await files.discard([a.key]);
  const left = [];
  for await (const { key } of blobs.list()) left.push(key);
  expect(left).toEqual([b.key]);
  await rm(dataDir, { recursive: true });
});

it.each(['http://bucket', 's3:', 'nonsense'])(
  'refuses the blob URL %s and names the expected form',
  async (blobUrl) => {
    await expect(openBlobs({ dataDir: '/nowhere', blobUrl }, deps)).rejects.toThrow('expected is s3://BUCKET');
  },
);
