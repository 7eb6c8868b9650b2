/** Files and their blobs in SQL. */
import type { Clock } from '../../lib/clock.ts';
import type { BlobRecord, FileRecord, FileRepository, SystemFileRepository } from '../repositories/files.ts';
import { inParts } from './in-parts.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const COLUMNS = [
  'id',
  'project_id as projectId',
  'filename',
  'purpose',
  'content_type as contentType',
  'bytes',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

const BLOB_COLUMNS = ['key', 'bytes', 'sha256'] as const;

export async function insertFile(writer: Writer, record: FileRecord): Promise<void> {
  const { id, projectId, filename, purpose, contentType, bytes, createdAt, expiresAt } = record;
  const times = { created_at: createdAt, expires_at: expiresAt };
  await writer
    .insertInto('files')
    .values({ id, project_id: projectId, filename, purpose, content_type: contentType, bytes, ...times })
    .execute();
}

/** Adds to the stored bytes of the project; negative numbers subtract. */
async function count(writer: Writer, projectId: string, bytes: number): Promise<void> {
  await writer
    .insertInto('stored_bytes')
    .values({ project_id: projectId, bytes: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await writer
    .updateTable('stored_bytes')
    .set(({ eb }) => ({ bytes: eb('bytes', '+', bytes) }))
    .where('project_id', '=', projectId)
    .execute();
}

interface BlobOwner {
  projectId: string;
  /** Id of the file, or of the part of an upload. */
  ownerId: string;
  /** From 0. */
  position: number;
}

export async function insertBlob(
  writer: Writer,
  { key, bytes, sha256 }: BlobRecord,
  { projectId, ownerId, position }: BlobOwner,
): Promise<void> {
  await writer
    .insertInto('blobs')
    .values({ key, bytes, sha256, project_id: projectId, owner_id: ownerId, position })
    .execute();
  await count(writer, projectId, bytes);
}

/** Deletes the blobs of these owners and returns them. */
export async function deleteBlobs(writer: Writer, projectId: string, owners: readonly string[]): Promise<BlobRecord[]> {
  const blobs: BlobRecord[] = [];
  await inParts(owners, async (part) => {
    const rows = writer.deleteFrom('blobs').where('owner_id', 'in', part).where('project_id', '=', projectId);
    blobs.push(...(await rows.returning(BLOB_COLUMNS).execute()));
  });
  const freed = blobs.reduce((sum, { bytes }) => sum + bytes, 0);
  if (freed > 0) await count(writer, projectId, -freed);
  return blobs;
}

function blobsOf(from: Reader, projectId: string, id: string) {
  return from
    .selectFrom('blobs')
    .select(BLOB_COLUMNS)
    .where('owner_id', '=', id)
    .where('project_id', '=', projectId)
    .orderBy('position')
    .execute();
}

export function scopedFiles({ reader, write }: SqlDatabase, projectId: string, clock: Clock): FileRepository {
  const ofProject = () =>
    reader
      .selectFrom('files')
      .where('project_id', '=', projectId)
      .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', clock.now())]));
  return {
    async create(record, blobs) {
      await write(async (writer) => {
        await insertFile(writer, { ...record, projectId });
        for (const [position, blob] of blobs.entries()) {
          await insertBlob(writer, blob, { projectId, ownerId: record.id, position });
        }
      });
    },
    retrieve: (id) => ofProject().select(COLUMNS).where('id', '=', id).executeTakeFirst(),
    list: ({ purpose, ...page }) =>
      listPage(
        {
          scope: ofProject(),
          rows: ofProject()
            .select(COLUMNS)
            .$if(purpose !== undefined, (query) => query.where('purpose', '=', purpose ?? '')),
        },
        page,
      ),
    listBlobs: (id) => blobsOf(reader, projectId, id),
    delete: (id) =>
      write(async (writer) => {
        const deleted = await writer
          .deleteFrom('files')
          .where('id', '=', id)
          .where('project_id', '=', projectId)
          .executeTakeFirst();
        if (deleted.numDeletedRows === 0n) return undefined;
        return deleteBlobs(writer, projectId, [id]);
      }),
    async totalBytes() {
      const row = await reader
        .selectFrom('stored_bytes')
        .select('bytes')
        .where('project_id', '=', projectId)
        .executeTakeFirst();
      return row?.bytes ?? 0;
    },
  };
}

export function fileRepository({ reader }: SqlDatabase, clock: Clock): SystemFileRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('files')
        .select(['id', 'project_id as projectId'])
        .where('expires_at', '<=', clock.now())
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
    async ownedBlobs(keys) {
      if (keys.length === 0) return new Set();
      const rows = await reader.selectFrom('blobs').select('key').where('key', 'in', keys).execute();
      return new Set(rows.map(({ key }) => key));
    },
  };
}
