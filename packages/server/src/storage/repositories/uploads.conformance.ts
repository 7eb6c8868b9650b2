/** The part of the conformance suite about uploads and their parts. */
import { describe, expect, it } from 'vitest';
import type { Cases } from './testing/cases.ts';
import { FILE, UPLOAD } from './testing/records.ts';
import type { UploadPartRecord, UploadRecord } from './uploads.ts';

export function describeUploads({ fixture, clock, ids, installation }: Cases): void {
  const system = () => fixture().repositories.system();
  const project = async () => fixture().repositories.forProject((await installation()).projectId);

  async function createUpload(): Promise<UploadRecord> {
    const record = {
      ...UPLOAD,
      id: ids('upload_'),
      filename: 'big ü.bin',
      contentType: 'application/pdf',
      bytes: 2 ** 33,
      fileLifetimeSeconds: 3600,
      createdAt: clock.now(),
      expiresAt: clock.now() + 1000,
    };
    await (await project()).uploads.create(record);
    return { ...record, projectId: (await installation()).projectId, status: 'pending', fileId: null };
  }

  async function addPart(uploadId: string): Promise<UploadPartRecord> {
    const blob = { key: ids('blob_'), bytes: 7, sha256: 'ab' };
    const part = { id: ids('part_'), uploadId, createdAt: clock.now(), blob };
    expect(await (await project()).uploads.addPart(part)).toBe(true);
    return part;
  }

  const fileOf = (bytes: number) => ({ ...FILE, id: ids('file-'), bytes, createdAt: clock.now() });

  describe('uploads', () => {
    it('completes an upload with the named parts in that order and returns the blobs of the others', async () => {
      const upload = await createUpload();
      const { uploads, files } = await project();
      expect(await uploads.retrieve(upload.id)).toEqual(upload);
      const [a, b, c] = [await addPart(upload.id), await addPart(upload.id), await addPart(upload.id)];
      expect((await uploads.listParts(upload.id)).toSorted((x, y) => (x.id < y.id ? -1 : 1))).toEqual([a, b, c]);
      const file = fileOf(14);
      expect(await uploads.complete(upload.id, [c.id, a.id], file)).toEqual([b.blob]);
      expect(await files.listBlobs(file.id)).toEqual([c.blob, a.blob]);
      expect(await files.retrieve(file.id)).toMatchObject(file);
      expect(await uploads.retrieve(upload.id)).toMatchObject({ status: 'completed', fileId: file.id });
      expect(await uploads.listParts(upload.id)).toEqual([]);
      expect(await system().files.ownedBlobs([a.blob.key, b.blob.key])).toEqual(new Set([a.blob.key]));
    });

    it('counts the bytes of parts as stored bytes until their blobs are freed', async () => {
      const { uploads, files } = await project();
      const before = await files.totalBytes();
      const [kept, dropped] = [await createUpload(), await createUpload()];
      const part = await addPart(kept.id);
      await addPart(kept.id);
      await addPart(dropped.id);
      expect(await files.totalBytes()).toBe(before + 21);
      await uploads.end(dropped.id, 'cancelled');
      expect(await files.totalBytes()).toBe(before + 14);
      await uploads.complete(kept.id, [part.id], fileOf(7));
      expect(await files.totalBytes()).toBe(before + 7);
    });

    it('ends an upload once, and then refuses parts, completion and a second end', async () => {
      const upload = await createUpload();
      const { uploads, files } = await project();
      const part = await addPart(upload.id);
      expect(await uploads.end(upload.id, 'cancelled')).toEqual([part.blob]);
      const late = { ...part, id: ids('part_'), blob: { ...part.blob, key: ids('blob_') } };
      expect(await uploads.addPart(late)).toBe(false);
      const file = fileOf(7);
      expect(await uploads.complete(upload.id, [part.id], file)).toBeUndefined();
      expect(await files.retrieve(file.id)).toBeUndefined();
      expect(await uploads.end(upload.id, 'expired')).toBeUndefined();
      expect(await uploads.retrieve(upload.id)).toMatchObject({ status: 'cancelled' });
      expect(await system().files.ownedBlobs([part.blob.key, late.blob.key])).toEqual(new Set());
    });

    it('completes an upload once when many requests try in parallel', async () => {
      const upload = await createUpload();
      const part = await addPart(upload.id);
      const { uploads, files } = await project();
      const tries = await Promise.all(
        Array.from({ length: 8 }, () => uploads.complete(upload.id, [part.id], fileOf(7))),
      );
      expect(tries.filter((orphans) => orphans !== undefined)).toEqual([[]]);
      expect((await files.list({ limit: 100 })).records).toHaveLength(1);
    });

    it('lists a pending upload as expired from its expiry time on', async () => {
      const upload = await createUpload();
      expect(await system().uploads.listExpired(10)).toEqual([]);
      clock.advance(1000);
      expect(await system().uploads.listExpired(10)).toEqual([{ id: upload.id, projectId: upload.projectId }]);
      await (await project()).uploads.end(upload.id, 'expired');
      expect(await system().uploads.listExpired(10)).toEqual([]);
    });
  });
}
