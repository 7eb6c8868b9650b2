/** Containers in SQL. A write holds the lock of the container. */
import type { Clock } from '../../lib/clock.ts';
import type {
  ContainerRecord,
  ContainerRepository,
  ContainerStatus,
  SystemContainerRepository,
} from '../repositories/containers.ts';
import {
  type ContainerKey,
  deleteContainerFiles,
  FILE_COLUMNS,
  insertContainerFile,
  selectFiles,
} from './container-files.ts';
import { listPage } from './list-page.ts';
import type { Reader, SqlDatabase, Writer } from './sql-database.ts';

const MINUTE_MS = 60_000;

const COLUMNS = [
  'id',
  'project_id as projectId',
  'name',
  'memory_limit as memoryLimit',
  'idle_minutes as idleMinutes',
  'status',
  'created_at as createdAt',
  'last_active_at as lastActiveAt',
  'expires_at as expiresAt',
] as const;

type Row = ContainerRecord & { expiresAt: number };

function fromRow({ expiresAt, ...row }: Row, now: number): ContainerRecord {
  return { ...row, status: expiresAt > now ? row.status : 'expired' };
}

const selectOne = (from: Reader, { projectId, id }: ContainerKey) =>
  from.selectFrom('containers').where('id', '=', id).where('project_id', '=', projectId);

const updateOne = (writer: Writer, { projectId, id }: ContainerKey) =>
  writer.updateTable('containers').where('id', '=', id).where('project_id', '=', projectId);

async function startIdleTime(writer: Writer, key: ContainerKey, now: number): Promise<boolean> {
  await updateOne(writer, key)
    .set(({ eb }) => ({ last_active_at: now, expires_at: eb(eb('idle_minutes', '*', MINUTE_MS), '+', now) }))
    .execute();
  return true;
}

type Work<T> = (writer: Writer, key: ContainerKey) => Promise<T>;

/** Runs `work` under the lock of the container. Undefined when there is none in one of the states. */
type WhileIn = <T>(id: string, states: readonly ContainerStatus[], work: Work<T>) => Promise<T | undefined>;

function lockedContainers(database: SqlDatabase, projectId: string, clock: Clock): WhileIn {
  return (id, states, work) =>
    database.write(async (writer) => {
      await database.lock(writer, id);
      const key = { projectId, id };
      const row = await selectOne(writer, key).select(COLUMNS).executeTakeFirst();
      if (row === undefined || !states.includes(fromRow(row, clock.now()).status)) return undefined;
      return work(writer, key);
    });
}

type FileMethods = Pick<ContainerRepository, 'putFile' | 'retrieveFile' | 'listFiles' | 'deleteFile'>;

function scopedContainerFiles(database: SqlDatabase, projectId: string, clock: Clock): FileMethods {
  const { reader } = database;
  const whileIn = lockedContainers(database, projectId, clock);
  return {
    putFile: (file, blob) =>
      whileIn(file.containerId, ['running'], async (writer, key) => {
        const freed = await deleteContainerFiles(writer, key, { column: 'path', value: file.path });
        await insertContainerFile(writer, { ...file, projectId }, blob);
        await startIdleTime(writer, key, clock.now());
        return freed;
      }),
    async retrieveFile(id, fileId) {
      const row = await selectFiles(reader, { projectId, id }, clock.now())
        .innerJoin('blobs', 'blobs.owner_id', 'container_files.id')
        .select([...FILE_COLUMNS, 'blobs.key', 'blobs.sha256'])
        .where('container_files.id', '=', fileId)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { key, sha256, ...file } = row;
      return { ...file, blob: { key, bytes: file.bytes, sha256 } };
    },
    listFiles(id, page) {
      const scope = selectFiles(reader, { projectId, id }, clock.now());
      return listPage({ scope, rows: scope.select(FILE_COLUMNS) }, page);
    },
    async deleteFile(id, fileId) {
      const freed = await whileIn(id, ['running'], async (writer, key) => {
        const blobs = await deleteContainerFiles(writer, key, { column: 'id', value: fileId });
        if (blobs.length > 0) await startIdleTime(writer, key, clock.now());
        return blobs;
      });
      return freed === undefined || freed.length === 0 ? undefined : freed;
    },
  };
}

export function scopedContainers(database: SqlDatabase, projectId: string, clock: Clock): ContainerRepository {
  const { reader } = database;
  const ofProject = () => reader.selectFrom('containers').where('project_id', '=', projectId);
  const whileIn = lockedContainers(database, projectId, clock);
  return {
    create: ({ id, name, memoryLimit, idleMinutes, createdAt }) =>
      database.write(async (writer) => {
        const row = { id, project_id: projectId, name, memory_limit: memoryLimit, idle_minutes: idleMinutes };
        const expiresAt = createdAt + idleMinutes * MINUTE_MS;
        const times = { created_at: createdAt, last_active_at: createdAt, expires_at: expiresAt };
        await writer
          .insertInto('containers')
          .values({ ...row, ...times, status: 'running' })
          .execute();
      }),
    async retrieve(id) {
      const row = await selectOne(reader, { projectId, id }).select(COLUMNS).executeTakeFirst();
      return row === undefined ? undefined : fromRow(row, clock.now());
    },
    async list({ name, ...page }) {
      const rows = ofProject()
        .select(COLUMNS)
        .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''));
      const { records, hasMore } = await listPage({ scope: ofProject(), rows }, page);
      return { records: records.map((row) => fromRow(row, clock.now())), hasMore };
    },
    use: async (id) =>
      (await whileIn(id, ['running'], (writer, key) => startIdleTime(writer, key, clock.now()))) ?? false,
    delete: (id) =>
      whileIn(id, ['running', 'expired'], async (writer, key) => {
        const blobs = await deleteContainerFiles(writer, key);
        await writer.deleteFrom('containers').where('id', '=', id).where('project_id', '=', projectId).execute();
        return blobs;
      }),
    expire: (id) =>
      whileIn(id, ['expired'], async (writer, key) => {
        await updateOne(writer, key).set({ status: 'expired' }).execute();
        return deleteContainerFiles(writer, key);
      }),
    ...scopedContainerFiles(database, projectId, clock),
  };
}

export function containerRepository({ reader }: SqlDatabase, clock: Clock): SystemContainerRepository {
  return {
    listExpired: (limit) =>
      reader
        .selectFrom('containers')
        .select(['id', 'project_id as projectId'])
        .where('status', '=', 'running')
        .where('expires_at', '<=', clock.now())
        .orderBy('expires_at')
        .limit(limit)
        .execute(),
  };
}
