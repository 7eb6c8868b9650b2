/** The part of the conformance suite about files and their blobs. */
import { describe, expect, it } from 'vitest';
import type { BlobRecord, FileRecord } from './files.ts';
import type { Cases } from './testing/cases.ts';
import { FILE } from './testing/records.ts';

export function describeFiles({ fixture, clock, ids, installation, createProject }: Cases): void {
  const filesOf = (projectId: string) => fixture().repositories.forProject(projectId).files;
  const system = () => fixture().repositories.system().files;

  async function createFile(fields: Partial<FileRecord> = {}): Promise<{ record: FileRecord; blobs: BlobRecord[] }> {
    const projectId = fields.projectId ?? (await installation()).projectId;
    const id = ids('file-');
    const blobs = [10, 2 ** 33].map((bytes) => ({ key: ids('blob_'), bytes, sha256: 'ab' }));
    const record: FileRecord = {
      ...FILE,
      id,
      projectId,
      filename: 'ünï 🗂.txt',
      bytes: 10 + 2 ** 33,
      createdAt: clock.now(),
      ...fields,
    };
    await filesOf(projectId).create(record, blobs);
    return { record, blobs };
  }

  describe('files', () => {
    it('keeps the blobs of a file in order, and returns them when it is deleted', async () => {
      const { record, blobs } = await createFile();
      const files = filesOf(record.projectId);
      expect(await files.retrieve(record.id)).toEqual(record);
      expect(await files.listBlobs(record.id)).toEqual(blobs);
      expect(await system().ownedBlobs([...blobs.map(({ key }) => key), 'blob_none'])).toEqual(
        new Set(blobs.map(({ key }) => key)),
      );
      expect(await files.delete(record.id)).toEqual(blobs);
      expect(await files.delete(record.id)).toBeUndefined();
      expect(await files.retrieve(record.id)).toBeUndefined();
      expect(await files.listBlobs(record.id)).toEqual([]);
      expect(await system().ownedBlobs(blobs.map(({ key }) => key))).toEqual(new Set());
    });

    it('creates no file when one of its blobs already has an owner', async () => {
      const { record, blobs } = await createFile();
      const second = { ...record, id: ids('file-') };
      await expect(filesOf(record.projectId).create(second, blobs)).rejects.toThrow();
      expect(await filesOf(record.projectId).retrieve(second.id)).toBeUndefined();
    });

    it('lists files by purpose, and continues a page after a file of another purpose', async () => {
      const created: FileRecord[] = [];
      for (const purpose of ['batch', 'vision', 'batch', 'batch']) created.push((await createFile({ purpose })).record);
      const [a, b, c, d] = created;
      const files = filesOf(a?.projectId ?? '');
      expect(await files.list({ limit: 2, purpose: 'batch' })).toEqual({ records: [a, c], hasMore: true });
      expect(await files.list({ limit: 2, purpose: 'batch', after: b?.id })).toEqual({
        records: [c, d],
        hasMore: false,
      });
      expect((await files.list({ limit: 10, order: 'desc' })).records).toEqual([d, c, b, a]);
    });

    it('hides a file from every read at its expiry time, and lists it as expired from then on', async () => {
      const { record } = await createFile({ expiresAt: clock.now() + 1000 });
      const files = filesOf(record.projectId);
      clock.advance(999);
      expect(await files.retrieve(record.id)).toEqual(record);
      expect(await system().listExpired(10)).toEqual([]);
      clock.advance(1);
      expect(await files.retrieve(record.id)).toBeUndefined();
      expect((await files.list({ limit: 10 })).records).toEqual([]);
      expect(await system().listExpired(10)).toEqual([{ id: record.id, projectId: record.projectId }]);
      expect(await files.delete(record.id)).toHaveLength(2);
      expect(await system().listExpired(10)).toEqual([]);
    });

    it('counts the stored bytes of one project only', async () => {
      const { record } = await createFile();
      const other = (await createProject()).id;
      expect(await filesOf(other).totalBytes()).toBe(0);
      expect(await filesOf(record.projectId).totalBytes()).toBe(10 + 2 ** 33);
      await createFile();
      expect(await filesOf(record.projectId).totalBytes()).toBe(2 * (10 + 2 ** 33));
      await filesOf(record.projectId).delete(record.id);
      expect(await filesOf(record.projectId).totalBytes()).toBe(10 + 2 ** 33);
    });
  });
}
