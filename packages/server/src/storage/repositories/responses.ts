/**
 * Door: responses. A response that continues another one belongs to the same chain, whose items are numbered in one
 * sequence; a second response that continues the same one starts a chain that branches off.
 * Invariants: the items of one response are consecutive; the items of a deleted response are kept while a response that
 * continues it exists, for the history of that response only.
 */
import type { ModelCall } from './model-calls.ts';
import type { NewItem } from './response-items.ts';

export type ResponseStatus =
  | 'queued'
  | 'in_progress'
  /** A worker has to stop first. */
  | 'cancelling'
  | 'cancelled'
  | 'failed'
  | 'completed'
  | 'incomplete';

/** The part that is being written. */
export interface OpenItem {
  /** Id of its first item. */
  id: string;
  type: 'thought' | 'message' | 'calls';
  /** Position of its first item in the output. */
  index: number;
}

/** Tokens of all turns so far. */
export interface ResponseTokens {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
  reasoningTokens: number;
}

/** Fields that can change. */
export interface ResponseFields extends ResponseTokens {
  status: ResponseStatus;
  /** The parameters of the request without its input, in the form of the API. Its secrets are removed at the end. */
  request: Readonly<Record<string, unknown>>;
  open: OpenItem | null;
  /** The calls of the open part, or else of the last one with calls. */
  calls: readonly ModelCall[];
  error: { code: string; message: string } | null;
  /** A reason of the API. */
  incompleteReason: string | null;
  /** The job that executes the response. */
  jobId: string | null;
  /** The attempt of the job that may write; writes of other attempts are refused. */
  attempt: number;
  endedAt: number | null;
}

export interface ResponseRecord extends ResponseFields {
  /** `resp_…`; also the id of its stream of events. */
  id: string;
  projectId: string;
  /** The model's name in the request. */
  model: string;
  metadata: Readonly<Record<string, string>>;
  previousResponseId: string | null;
  conversationId: string | null;
  /** The response reads the items of its conversation with smaller numbers. */
  conversationSeq: number | null;
  /** Whether it continues without a connected client. */
  background: boolean;
  /** Whether it is kept after its end. */
  stored: boolean;
  /** The key whose usage the response counts for. Null: the request had no key. */
  apiKeyId: string | null;
  createdAt: number;
}

export type NewResponse = Omit<ResponseRecord, 'projectId'>;

export interface ResponseRepository {
  /**
   * Creates the response with its input at the end of the chain of the previous response. Undefined when there is no
   * such previous response. Throws ConstraintViolation when the id exists.
   */
  create(response: NewResponse, input: readonly NewItem[]): Promise<ResponseRecord | undefined>;
  retrieve(id: string): Promise<ResponseRecord | undefined>;
  /** Locks the response until the transaction ends. Undefined when there is none. */
  lock(id: string): Promise<ResponseRecord | undefined>;
  /** Changes the given fields. Returns the changed record; undefined when there is none. */
  update(id: string, fields: Partial<ResponseFields>): Promise<ResponseRecord | undefined>;
  /** Deletes the response. Responses that continue it still read its items. False when there is none. */
  delete(id: string): Promise<boolean>;
}
