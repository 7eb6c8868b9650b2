/**
 * `POST /uploads/{upload_id}/complete`: creates one file from the parts without copying their bytes. All checks run
 * first; a failed check leaves the upload pending, so that the client can correct it.
 */
import { createHash } from 'node:crypto';
import { uploads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';
import type { UploadPartRecord, UploadRecord } from '../../storage/repositories/uploads.ts';
import { checkLines } from '../files/check-lines.ts';
import { toNewFile } from '../files/create-file.ts';
import { findMissingPart, readParts } from '../files/read-parts.ts';
import { implement } from '../handler.ts';
import { findPendingUpload, toUpload } from './to-upload.ts';

export default implement(uploads.complete, (services) => async ({ params, body }, { principal, signal }) => {
  const { repositories, blobs, clock } = services;
  const scope = repositories.forProject(principal.projectId);
  const record = await findPendingUpload(scope, params.upload_id, clock.now());
  const parts = inOrder(await scope.uploads.listParts(record.id), body.part_ids);
  checkSize(record, parts);
  const missing = await findMissingPart(blobs, parts);
  if (missing !== undefined) {
    throw errors.fileContentMissing(`part '${body.part_ids[parts.indexOf(missing)]}' of upload '${record.id}'`);
  }
  const whole = () => readParts(blobs, parts, { start: 0, length: record.bytes });
  if (body.md5 !== undefined) await checkMd5(whole(), body.md5, signal);
  await checkLines(record, whole, signal);
  const file = toNewFile(services, {
    ...record,
    lifetimeSeconds: record.fileLifetimeSeconds ?? undefined,
  });
  const orphans = await scope.uploads.complete(record.id, body.part_ids, file);
  if (orphans === undefined) throw errors.uploadNotPending(record.id, 'completed or cancelled');
  await blobs.delete(orphans.map(({ key }) => key));
  return toUpload({ ...record, status: 'completed' }, { ...file, projectId: principal.projectId });
});

function inOrder(parts: readonly UploadPartRecord[], ids: readonly string[]): BlobRecord[] {
  const remaining = new Map(parts.map((part) => [part.id, part.blob]));
  return ids.map((id, index) => {
    const blob = remaining.get(id);
    if (!remaining.delete(id) || blob === undefined) {
      throw errors.invalidValue(`part_ids[${index}]`, `'${id}' is not a part of this upload, or is named twice.`);
    }
    return blob;
  });
}

function checkSize({ bytes }: UploadRecord, parts: readonly BlobRecord[]): void {
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (total !== bytes) {
    throw errors.invalidValue('part_ids', `The parts have ${total} bytes together, and ${bytes} were announced.`);
  }
}

async function checkMd5(bytes: AsyncIterable<Uint8Array>, expected: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('md5');
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  const actual = hash.digest('hex');
  if (actual !== expected.toLowerCase()) {
    throw errors.invalidValue('md5', `The MD5 of the parts in this order is '${actual}', not '${expected}'.`);
  }
}
