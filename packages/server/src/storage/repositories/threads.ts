/**
 * Door: threads. Invariants: whatever is added to a thread (messages, steps of runs) has a number there, and later has a greater one; at
 * most one run of a thread is active.
 */
import type { ToolResources } from './assistants.ts';

/** What may be changed. */
export interface ThreadFields {
  toolResources: ToolResources;
  metadata: Readonly<Record<string, string>>;
}

export interface ThreadRecord extends ThreadFields {
  /** `thread_…` */
  id: string;
  projectId: string;
  /** The run that is not over yet: meanwhile nobody else adds to the thread. */
  activeRunId: string | null;
  createdAt: number;
}

export interface ThreadRepository {
  /** Throws ConstraintViolation when the id exists. */
  create(record: Omit<ThreadRecord, 'projectId' | 'activeRunId'>): Promise<void>;
  retrieve(id: string): Promise<ThreadRecord | undefined>;
  /** Changes the fields that are given. Answers the record as it is then; undefined when there is none. */
  update(id: string, fields: Partial<ThreadFields>): Promise<ThreadRecord | undefined>;
  /** With everything that is in it. False when there is none. */
  delete(id: string): Promise<boolean>;
  /** Holds all others back who lock the thread or add to it, until the transaction's end. Undefined when there is none. */
  lock(id: string): Promise<ThreadRecord | undefined>;
  /** Makes `runId` the active run. False when another one is, or there is no such thread. */
  beginRun(id: string, runId: string): Promise<boolean>;
  /** Nothing is active from then on, if `runId` was. */
  endRun(id: string, runId: string): Promise<void>;
  /** Numbers for `count` things that are added: answers the first. Undefined when there is no such thread. */
  takeSeq(id: string, count: number): Promise<number | undefined>;
}
