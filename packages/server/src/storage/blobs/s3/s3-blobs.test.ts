import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from 's3rver';
import { afterAll, beforeAll, vi } from 'vitest';
import { describeBlobStorage } from '../blob-storage.conformance.ts';
import { openS3Blobs } from './s3-blobs.ts';

/** The key that s3rver accepts. */
const CREDENTIAL = 'S3RVER';
const REGION = 'us-east-1';

let folder: string;
let server: S3rver;
let endpoint: string;
let count = 0;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIAL);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIAL);
  folder = await mkdtemp(join(tmpdir(), 'selfsame-s3-'));
  server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder });
  endpoint = `http://127.0.0.1:${(await server.run()).port}`;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function openBucket() {
  count += 1;
  const bucket = `bucket-${count}`;
  const client = new S3Client({ region: REGION, endpoint, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return openS3Blobs({ bucket, prefix: 'selfsame/', endpoint, region: REGION, now: Date.now });
}

describeBlobStorage('an S3-compatible storage', openBucket);
