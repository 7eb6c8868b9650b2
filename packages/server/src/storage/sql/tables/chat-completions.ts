/** Tables of stored chat completions. */

export interface ChatCompletionsTable {
  id: string;
  project_id: string;
  model: string;
  requested_model: string;
  /** JSON. */
  completion: string;
  /** JSON. */
  messages: string;
  /** JSON. */
  metadata: string;
  created_at: number;
}

export interface ChatCompletionMetadataTable {
  completion_id: string;
  project_id: string;
  key: string;
  value: string;
}
