/** The part of the conformance suite about containers and their files. */
import { describe, expect, it } from 'vitest';
import type { Cases } from './testing/cases.ts';
import { CONTAINER, CONTAINER_FILE } from './testing/records.ts';

const ALL = { limit: 100 };
const IDLE_MS = CONTAINER.idleMinutes * 60_000;

export function describeContainers({ fixture, clock, ids, installation }: Cases): void {
  const system = () => fixture().repositories.system();
  const project = async () => fixture().repositories.forProject((await installation()).projectId);

  async function createContainer(name = 'a'): Promise<string> {
    const id = ids('cntr_');
    await (await project()).containers.create({ ...CONTAINER, id, name, createdAt: clock.now() });
    return id;
  }

  async function putFile(containerId: string, path: string = CONTAINER_FILE.path) {
    const blob = { key: ids('blob_'), bytes: 7, sha256: 'ab' };
    const file = { ...CONTAINER_FILE, id: ids('cfile_'), containerId, path, createdAt: clock.now() };
    const freed = await (await project()).containers.putFile(file, blob);
    return { file, blob, freed };
  }

  describe('containers', () => {
    it('keeps every field of a container and of its file', async () => {
      const { containers } = await project();
      const { projectId } = await installation();
      const id = await createContainer();
      const times = { createdAt: clock.now(), lastActiveAt: clock.now() };
      expect(await containers.retrieve(id)).toEqual({ ...CONTAINER, id, projectId, status: 'running', ...times });
      const { file, blob } = await putFile(id);
      expect(await containers.retrieveFile(id, file.id)).toEqual({ ...file, projectId, bytes: 7, blob });
      expect((await containers.listFiles(id, ALL)).records).toEqual([{ ...file, projectId, bytes: 7 }]);
      expect(await containers.retrieveFile(await createContainer(), file.id)).toBeUndefined();
    });

    it('lists containers by name', async () => {
      const { containers } = await project();
      const id = await createContainer('b');
      await createContainer();
      expect((await containers.list({ ...ALL, name: 'b' })).records.map((record) => record.id)).toEqual([id]);
      expect((await containers.list(ALL)).records).toHaveLength(2);
    });

    it('replaces a file with the same path, returns its blob, and counts stored bytes', async () => {
      const { containers, files } = await project();
      const before = await files.totalBytes();
      const id = await createContainer();
      const first = await putFile(id);
      const second = await putFile(id);
      expect(second.freed).toEqual([first.blob]);
      expect((await containers.listFiles(id, ALL)).records.map((record) => record.id)).toEqual([second.file.id]);
      expect(await files.totalBytes()).toBe(before + 7);
      const keys = [first.blob.key, second.blob.key];
      expect(await system().files.ownedBlobs(keys)).toEqual(new Set([second.blob.key]));
      expect(await containers.deleteFile(id, second.file.id)).toEqual([second.blob]);
      expect(await containers.deleteFile(id, second.file.id)).toBeUndefined();
      expect(await files.totalBytes()).toBe(before);
    });

    it('expires a container after its idle time, which every use and every file starts again', async () => {
      const { containers } = await project();
      const id = await createContainer();
      clock.advance(IDLE_MS - 1);
      expect(await containers.use(id)).toBe(true);
      clock.advance(IDLE_MS - 1);
      await putFile(id);
      clock.advance(IDLE_MS - 1);
      expect(await containers.retrieve(id)).toMatchObject({
        status: 'running',
        lastActiveAt: clock.now() - IDLE_MS + 1,
      });
      expect(await containers.expire(id)).toBeUndefined();
      expect(await system().containers.listExpired(10)).toEqual([]);
      clock.advance(1);
      expect(await containers.retrieve(id)).toMatchObject({ status: 'expired' });
      expect(await containers.use(id)).toBe(false);
    });

    it('hides the files of an expired container, accepts no more, and frees their blobs once', async () => {
      const { containers } = await project();
      const { projectId } = await installation();
      const id = await createContainer();
      const { file, blob } = await putFile(id);
      clock.advance(IDLE_MS);
      expect(await containers.retrieveFile(id, file.id)).toBeUndefined();
      expect((await containers.listFiles(id, ALL)).records).toEqual([]);
      expect(await containers.deleteFile(id, file.id)).toBeUndefined();
      const late = await putFile(id, '/mnt/data/late.csv');
      expect(late.freed).toBeUndefined();
      expect(await system().containers.listExpired(10)).toEqual([{ id, projectId }]);
      expect(await containers.expire(id)).toEqual([blob]);
      expect(await containers.expire(id)).toEqual([]);
      expect(await system().containers.listExpired(10)).toEqual([]);
      expect(await system().files.ownedBlobs([blob.key, late.blob.key])).toEqual(new Set());
    });

    it('deletes a container with its files and returns their blobs', async () => {
      const { containers } = await project();
      const id = await createContainer();
      const { file, blob } = await putFile(id);
      expect(await containers.delete(id)).toEqual([blob]);
      expect(await containers.retrieve(id)).toBeUndefined();
      expect(await containers.retrieveFile(id, file.id)).toBeUndefined();
      expect(await containers.delete(id)).toBeUndefined();
    });
  });
}
