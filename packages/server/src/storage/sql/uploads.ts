/** Uploads and their parts in SQL. A change of an upload holds the lock of its id. */
import type { Clock } from '../../lib/clock.ts';
import type { BlobRecord } from '../repositories/files.ts';
import type { SystemUploadRepository, UploadRecord, UploadRepository, UploadStatus } from '../repositories/uploads.ts';
import { deleteBlobs, insertBlob, insertFile } from './files.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'filename',
  'purpose',
  'content_type as contentType',
  'bytes',
  'file_lifetime_seconds as fileLifetimeSeconds',
  'status',
  'file_id as fileId',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

interface RecordKey {
  projectId: string;
  id: string;
}

function selectParts(from: Reader, { projectId, id }: RecordKey) {
  return from
    .selectFrom('upload_parts')
    .innerJoin('blobs', 'blobs.owner_id', 'upload_parts.id')
    .select(['upload_parts.id', 'upload_parts.created_at as createdAt', 'blobs.key', 'blobs.bytes', 'blobs.sha256'])
    .where('upload_parts.upload_id', '=', id)
    .where('upload_parts.project_id', '=', projectId);
}

async function isPending(writer: Writer, { projectId, id }: RecordKey): Promise<boolean> {
  const upload = await writer
    .selectFrom('uploads')
    .select('status')
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return upload?.status === 'pending';
}

async function freeParts(writer: Writer, { projectId, id }: RecordKey): Promise<BlobRecord[]> {
  const parts = await writer
    .deleteFrom('upload_parts')
    .where('upload_id', '=', id)
    .where('project_id', '=', projectId)
    .returning('id')
    .execute();
  return deleteBlobs(
    writer,
    projectId,
    parts.map((part) => part.id),
  );
}

async function insertUpload(writer: Writer, record: Omit<UploadRecord, 'status' | 'fileId'>): Promise<void> {
  const { id, projectId, filename, purpose, contentType, bytes, fileLifetimeSeconds, createdAt, expiresAt } = record;
  const row = { id, project_id: projectId, filename, purpose, content_type: contentType, bytes };
  const times = { created_at: createdAt, expires_at: expiresAt, file_lifetime_seconds: fileLifetimeSeconds };
  await writer
    .insertInto('uploads')
    .values({ ...row, ...times, status: 'pending', file_id: null })
    .execute();
}

export function scopedUploads(database: SqlDatabase, projectId: string): UploadRepository {
  const { reader } = database;
  /** Runs `work` under the lock of the upload. Undefined when it is not pending. */
  const whilePending = <T>(id: string, work: (writer: Writer) => Promise<T>): Promise<T | undefined> =>
    database.write(async (writer) => {
      await database.lock(writer, id);
      return (await isPending(writer, { projectId, id })) ? work(writer) : undefined;
    });
  const settle = (writer: Writer, id: string, change: { status: UploadStatus; file_id?: string }) =>
    writer.updateTable('uploads').set(change).where('id', '=', id).where('project_id', '=', projectId).execute();

  return {
    create: (record) => database.write((writer) => insertUpload(writer, { ...record, projectId })),
    retrieve: (id) =>
      reader
        .selectFrom('uploads')
        .select(COLUMNS)
        .where('id', '=', id)
        .where('project_id', '=', projectId)
        .executeTakeFirst(),
    async addPart({ id, uploadId, createdAt, blob }) {
      const added = await whilePending(uploadId, async (writer) => {
        const row = { id, project_id: projectId, upload_id: uploadId, created_at: createdAt };
        await writer.insertInto('upload_parts').values(row).execute();
        await insertBlob(writer, blob, { projectId, ownerId: id, position: 0 });
        return true;
      });
      return added ?? false;
    },
    async listParts(id) {
      const parts = await selectParts(reader, { projectId, id }).execute();
      return parts.map(({ id: partId, createdAt, ...blob }) => ({ id: partId, uploadId: id, createdAt, blob }));
    },
    complete: (id, partIds, file) =>
      whilePending(id, async (writer) => {
        for (const [position, partId] of partIds.entries()) {
          await writer
            .updateTable('blobs')
            .set({ owner_id: file.id, position })
            .where('owner_id', '=', partId)
            .where('project_id', '=', projectId)
            .execute();
        }
        await insertFile(writer, { ...file, projectId });
        await settle(writer, id, { status: 'completed', file_id: file.id });
        return freeParts(writer, { projectId, id });
      }),
    end: (id, status) =>
      whilePending(id, async (writer) => {
        await settle(writer, id, { status });
        return freeParts(writer, { projectId, id });
      }),
  };
}

export function uploadRepository({ reader }: SqlDatabase, clock: Clock): SystemUploadRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('uploads')
        .select(['id', 'project_id as projectId'])
        .where('status', '=', 'pending')
        .where('expires_at', '<=', clock.now())
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
  };
}
