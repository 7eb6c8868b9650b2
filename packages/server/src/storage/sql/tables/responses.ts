/** Tables of responses and conversations. */
import type { ItemKind } from '../../repositories/response-items.ts';
import type { ResponseStatus } from '../../repositories/responses.ts';

export interface ConversationsTable {
  id: string;
  project_id: string;
  /** JSON. */
  metadata: string;
  next_seq: number;
  active_response_id: string | null;
  created_at: number;
}

export interface ConversationItemsTable {
  conversation_id: string;
  seq: number;
  id: string;
  project_id: string;
  /** JSON. */
  data: string;
  /** JSON. */
  call: string | null;
  /** JSON. */
  file_texts: string | null;
}

export interface ResponseChainsTable {
  id: string;
  project_id: string;
  /** JSON: the ranges before the chain, the oldest first. */
  segments: string;
  tip_response_id: string | null;
}

export interface ResponsesTable {
  id: string;
  project_id: string;
  chain_id: string;
  /** Position of its first item in the chain. */
  start: number;
  input_count: number;
  output_count: number;
  status: ResponseStatus;
  model: string;
  /** JSON. */
  request: string;
  /** JSON. */
  metadata: string;
  previous_response_id: string | null;
  conversation_id: string | null;
  conversation_seq: number | null;
  /** 0 or 1. */
  background: number;
  /** 0 or 1. */
  stored: number;
  /** JSON. */
  open: string | null;
  /** JSON. */
  calls: string;
  prompt_tokens: number;
  completion_tokens: number;
  cached_tokens: number;
  reasoning_tokens: number;
  /** JSON. */
  error: string | null;
  incomplete_reason: string | null;
  job_id: string | null;
  attempt: number;
  api_key_id: string | null;
  created_at: number;
  ended_at: number | null;
  /** 0 or 1. A deleted response is kept for the items that its successors read. */
  deleted: number;
}

export interface ResponseItemsTable {
  chain_id: string;
  position: number;
  id: string;
  project_id: string;
  response_id: string;
  kind: ItemKind;
  /** JSON. */
  data: string;
  /** JSON. */
  call: string | null;
  /** 0 or 1. */
  discarded: number;
  /** JSON. */
  file_texts: string | null;
}
