/** Tables of assistants, threads and messages. */

export interface AssistantsTable {
  id: string;
  project_id: string;
  model: string;
  /** JSON of all mutable fields except model and metadata. */
  definition: string;
  /** JSON. */
  metadata: string;
  created_at: number;
}

export interface ThreadsTable {
  id: string;
  project_id: string;
  /** JSON. */
  tool_resources: string;
  /** JSON. */
  metadata: string;
  next_seq: number;
  active_run_id: string | null;
  created_at: number;
}

export interface MessagesTable {
  id: string;
  project_id: string;
  thread_id: string;
  seq: number;
  role: 'user' | 'assistant';
  status: 'in_progress' | 'incomplete' | 'completed';
  incomplete_reason: string | null;
  /** JSON. */
  content: string;
  /** JSON. */
  attachments: string;
  /** JSON. */
  metadata: string;
  assistant_id: string | null;
  run_id: string | null;
  created_at: number;
  completed_at: number | null;
  incomplete_at: number | null;
}
