/**
 * Door: threads. Invariants: messages and steps of runs have ascending numbers in their thread; at most one run of a
 * thread is active.
 */
import type { ToolResources } from './assistants.ts';

/** Mutable fields. */
export interface ThreadFields {
  toolResources: ToolResources;
  metadata: Readonly<Record<string, string>>;
}

export interface ThreadRecord extends ThreadFields {
  /** `thread_…` */
  id: string;
  projectId: string;
  /** The active run. Other writers cannot add to the thread until it ends. */
  activeRunId: string | null;
  createdAt: number;
}

export interface ThreadRepository {
  /** Throws ConstraintViolation when the id exists. */
  create(record: Omit<ThreadRecord, 'projectId' | 'activeRunId'>): Promise<void>;
  retrieve(id: string): Promise<ThreadRecord | undefined>;
  /** Updates the given fields and returns the record. Undefined when there is none. */
  update(id: string, fields: Partial<ThreadFields>): Promise<ThreadRecord | undefined>;
  /** Deletes the thread with its messages and runs. False when there is none. */
  delete(id: string): Promise<boolean>;
  /** Locks the thread, also against additions, until the transaction ends. Undefined when there is none. */
  lock(id: string): Promise<ThreadRecord | undefined>;
  /** Sets the active run. False when another run is active or there is no such thread. */
  beginRun(id: string, runId: string): Promise<boolean>;
  /** Clears the active run if it is `runId`. */
  endRun(id: string, runId: string): Promise<void>;
  /** Reserves `count` numbers and returns the first. Undefined when there is no such thread. */
  takeSeq(id: string, count: number): Promise<number | undefined>;
}
