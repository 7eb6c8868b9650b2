/**
 * Door: containers and their files. Invariants: a container expires once, at its expiry time, and then has no files;
 * only a running container accepts files; a file and its blob are created and deleted in one transaction.
 */
import type { BlobRecord } from './files.ts';
import type { Listed, ListPage } from './page.ts';

export type ContainerStatus = 'running' | 'expired';

export interface ContainerRecord {
  /** `cntr_…` */
  id: string;
  projectId: string;
  name: string;
  /** E.g. `1g`. */
  memoryLimit: string;
  /** The container expires this many minutes after its last use. */
  idleMinutes: number;
  /** `expired` from the expiry time on, also before the sweep. */
  status: ContainerStatus;
  createdAt: number;
  lastActiveAt: number;
}

export interface ContainerFileRecord {
  /** `cfile_…` */
  id: string;
  projectId: string;
  containerId: string;
  /** Unique in the container. */
  path: string;
  /** `user` for a file of a request, `assistant` for one that code wrote. */
  source: 'user' | 'assistant';
  /** The file of the project that it was copied from. Kept if code writes the path again. */
  originFileId: string | null;
  bytes: number;
  createdAt: number;
}

export interface ContainerPage extends ListPage {
  name?: string | undefined;
}

export interface ContainerRepository {
  /** Starts the idle time at `createdAt`. Throws ConstraintViolation when the id exists. */
  create(record: Omit<ContainerRecord, 'projectId' | 'status' | 'lastActiveAt'>): Promise<void>;
  retrieve(id: string): Promise<ContainerRecord | undefined>;
  list(page: ContainerPage): Promise<Listed<ContainerRecord>>;
  /** Starts the idle time again. False when there is no such running container. */
  use(id: string): Promise<boolean>;
  /**
   * Deletes the container and its files. Returns the freed blobs, which the caller deletes. Undefined when there is no
   * such container.
   */
  delete(id: string): Promise<BlobRecord[] | undefined>;
  /** Deletes the files of an expired container and returns their blobs. Undefined while it is running. */
  expire(id: string): Promise<BlobRecord[] | undefined>;
  /**
   * Creates the file in place of the file with its path. Returns the freed blobs, which the caller deletes. Undefined,
   * without a write, when there is no such running container.
   */
  putFile(file: Omit<ContainerFileRecord, 'projectId' | 'bytes'>, blob: BlobRecord): Promise<BlobRecord[] | undefined>;
  /** Undefined when there is no such file or the container is expired. */
  retrieveFile(id: string, fileId: string): Promise<(ContainerFileRecord & { blob: BlobRecord }) | undefined>;
  /** Empty when the container is expired. */
  listFiles(id: string, page: ListPage): Promise<Listed<ContainerFileRecord>>;
  /** Returns the freed blobs, which the caller deletes. Undefined when there is no such file. */
  deleteFile(id: string, fileId: string): Promise<BlobRecord[] | undefined>;
}

/** All projects, for housekeeping. */
export interface SystemContainerRepository {
  /** Expired containers that are not swept, the oldest expiry first. */
  listExpired(limit: number): Promise<Pick<ContainerRecord, 'id' | 'projectId'>[]>;
}
