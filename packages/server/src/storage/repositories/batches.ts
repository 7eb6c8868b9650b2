/**
 * Door: batches and their lines. Invariants: a line gets one outcome, once; it is counted in the transaction that gives it; a status changes
 * only from one that the caller names. The lines of a batch are kept until its files are made of them.
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

/** One thing that is wrong with the input, as the API shows it. */
export interface BatchFault {
  code: string;
  message: string;
  param: string | null;
  line: number | null;
}

/** Tokens of answers. */
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
  /** Whose requests they are; null: the loopback principal's. */
  apiKeyId: string | null;
  endpoint: string;
  inputFileId: string;
  completionWindow: string;
  /** Seconds that the files of results live; null: for ever. */
  outputLifetimeSeconds: number | null;
  metadata: Readonly<Record<string, string>> | null;
  status: BatchStatus;
  /** The job that works on it now. */
  jobId: string | null;
  model: string | null;
  errors: readonly BatchFault[] | null;
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

/** What a new batch is made of; the rest is empty. */
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

/** Where a request stands in the input file. */
export interface BatchLine {
  /** Line of the file, from 1. */
  number: number;
  customId: string;
  /** First byte. */
  start: number;
  bytes: number;
}

/** `completed` goes to the output file, the others to the error file; those that are no `failed` were never answered. */
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
  /** The line of the file, as JSON. */
  result: string;
  /** Tokens that it took; null where no model answered. */
  usage: BatchUsage | null;
  /** The model that answered; the first that is told stays the batch's. */
  model: string | null;
}

export interface FinishedLine {
  number: number;
  customId: string;
  outcome: LineOutcome;
  /** Null when it was never answered. */
  result: string | null;
}

export interface LinesAfter {
  /** Number of the line after which to begin; 0: all. */
  after: number;
  limit: number;
}

export interface BatchRepository {
  create(batch: NewBatch): Promise<void>;
  retrieve(id: string): Promise<BatchRecord | undefined>;
  list(page: ListPage): Promise<Listed<BatchRecord>>;
  /** Changes a batch that has one of the statuses `from`; answers it as it is then, undefined when there is none such. */
  update(id: string, from: readonly BatchStatus[], changes: BatchChanges): Promise<BatchRecord | undefined>;
  /** False, and nothing is kept, when the batch is not `validating`. Throws ConstraintViolation for a line that is there. */
  addLines(id: string, lines: readonly BatchLine[]): Promise<boolean>;
  /** Those without an outcome, in order. */
  listPending(id: string, page: LinesAfter): Promise<BatchLine[]>;
  /** Gives outcomes to lines that have none, and counts them. False when the batch takes none any more. */
  record(id: string, results: readonly LineResult[]): Promise<boolean>;
  /** Gives every line that has no outcome this one, and counts it as failed. */
  settle(id: string, outcome: Exclude<LineOutcome, 'completed' | 'failed'>): Promise<void>;
  /** The lines of one of the two files, in order. */
  listFinished(id: string, file: 'output' | 'error', page: LinesAfter): Promise<FinishedLine[]>;
  deleteLines(id: string): Promise<void>;
}

/** Of all projects, for housekeeping. */
export interface SystemBatchRepository {
  /** Batches whose time is over by now and that still wait for answers, the longest expired first. */
  listExpired(limit: number): Promise<Pick<BatchRecord, 'id' | 'projectId'>[]>;
}
