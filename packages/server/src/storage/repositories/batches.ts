/**
 * Door: batches and their lines. Invariants: a line gets one outcome, which is counted in the same transaction; a
 * status changes only from one that the caller names. The lines of a batch are kept until its result files are written.
 */
import type { Listed, ListPage } from './page.ts';

export type BatchStatus =
  | 'validating'
  | 'failed'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'expired'
  | 'cancelling'
  | 'cancelled';

/** An error of the input in wire format. */
export interface BatchError {
  code: string;
  message: string;
  param: string | null;
  line: number | null;
}

/** Token totals of the answers. */
export interface BatchUsage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

export interface BatchRecord extends BatchUsage {
  /** `batch_…` */
  id: string;
  projectId: string;
  /** The key that created the batch; null for the loopback principal. */
  apiKeyId: string | null;
  endpoint: string;
  inputFileId: string;
  completionWindow: string;
  /** Lifetime of the result files in seconds; null means unlimited. */
  outputLifetimeSeconds: number | null;
  metadata: Readonly<Record<string, string>> | null;
  status: BatchStatus;
  /** The current job of the batch. */
  jobId: string | null;
  model: string | null;
  errors: readonly BatchError[] | null;
  outputFileId: string | null;
  errorFileId: string | null;
  total: number;
  completed: number;
  failed: number;
  createdAt: number;
  expiresAt: number;
  inProgressAt: number | null;
  finalizingAt: number | null;
  completedAt: number | null;
  failedAt: number | null;
  expiredAt: number | null;
  cancellingAt: number | null;
  cancelledAt: number | null;
}

/** Fields of a new batch. The others are empty. */
export type NewBatch = Pick<
  BatchRecord,
  | 'id'
  | 'apiKeyId'
  | 'endpoint'
  | 'inputFileId'
  | 'completionWindow'
  | 'outputLifetimeSeconds'
  | 'metadata'
  | 'createdAt'
  | 'expiresAt'
>;

export type BatchChanges = Partial<
  Omit<BatchRecord, keyof NewBatch | keyof BatchUsage | 'projectId' | 'model' | 'completed' | 'failed'>
>;

/** Position of a request in the input file. */
export interface BatchLine {
  /** Line number, from 1. */
  number: number;
  customId: string;
  /** Byte offset. */
  start: number;
  bytes: number;
}

/**
 * `completed` lines go to the output file, others to the error file. All except `completed` and `failed` lines have no
 * answer.
 */
export type LineOutcome =
  | 'completed'
  | 'failed'
  | 'batch_expired'
  | 'batch_cancelled'
  | 'input_file_missing'
  | 'batch_failed';

export interface LineResult {
  number: number;
  outcome: 'completed' | 'failed';
  /** The line of the result file as JSON. */
  result: string;
  /** Null when no model answered. */
  usage: BatchUsage | null;
  /** The model that answered. The first one becomes the model of the batch. */
  model: string | null;
}

export interface FinishedLine {
  number: number;
  customId: string;
  outcome: LineOutcome;
  /** Null when there is no answer. */
  result: string | null;
}

export interface LinesAfter {
  /** Only lines with a greater number; 0 means all. */
  after: number;
  limit: number;
}

export interface BatchRepository {
  create(batch: NewBatch): Promise<void>;
  retrieve(id: string): Promise<BatchRecord | undefined>;
  list(page: ListPage): Promise<Listed<BatchRecord>>;
  /** Updates a batch that has one of the statuses `from`, and returns it. Undefined when there is none. */
  update(id: string, from: readonly BatchStatus[], changes: BatchChanges): Promise<BatchRecord | undefined>;
  /** False, without a write, when the batch is not `validating`. Throws ConstraintViolation for a line that exists. */
  addLines(id: string, lines: readonly BatchLine[]): Promise<boolean>;
  /** Lines without an outcome, in order. */
  listPending(id: string, page: LinesAfter): Promise<BatchLine[]>;
  /** Sets and counts outcomes of lines that have none. False when the batch no longer accepts results. */
  record(id: string, results: readonly LineResult[]): Promise<boolean>;
  /** Sets this outcome for every line that has none, and counts those lines as failed. */
  settle(id: string, outcome: Exclude<LineOutcome, 'completed' | 'failed'>): Promise<void>;
  /** The lines of one result file, in order. */
  listFinished(id: string, file: 'output' | 'error', page: LinesAfter): Promise<FinishedLine[]>;
  deleteLines(id: string): Promise<void>;
}

/** All projects, for housekeeping. */
export interface SystemBatchRepository {
  /** Expired batches that still wait for answers, the oldest expiry first. */
  listExpired(limit: number): Promise<Pick<BatchRecord, 'id' | 'projectId'>[]>;
}
