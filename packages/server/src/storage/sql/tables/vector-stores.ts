/** Tables of vector stores, their files and their search indexes. */

export interface VectorStoresTable {
  id: string;
  project_id: string;
  key: number;
  name: string;
  description: string | null;
  metadata: string;
  embedding_model: string | null;
  expires_after_days: number | null;
  expires_at: number | null;
  last_active_at: number;
  created_at: number;
  version: number;
  shrunk_version: number;
  chunk_count: number;
  vector_count: number;
  term_count: number;
}

export interface VectorStoreFileBatchesTable {
  id: string;
  project_id: string;
  store_id: string;
  cancelled_at: number | null;
  created_at: number;
}

export interface VectorStoreFilesTable {
  store_id: string;
  id: string;
  project_id: string;
  key: number;
  batch_id: string | null;
  job_id: string;
  status: 'in_progress' | 'completed' | 'cancelled' | 'failed';
  error_code: string | null;
  error_message: string | null;
  /** JSON list of sentences. */
  warnings: string;
  chunk_tokens: number;
  overlap_tokens: number;
  attributes: string;
  chunk_count: number;
  term_count: number;
  usage_bytes: number;
  created_at: number;
  version: number;
  vector_count: number;
}

export interface VectorStoreFileAttributesTable {
  file_key: number;
  name: string;
  kind: 'string' | 'number' | 'boolean';
  text_value: string | null;
  number_value: number | null;
}

export interface TextChunksTable {
  key: number;
  text: string;
  page: number | null;
  start_offset: number;
  end_offset: number;
  terms: string;
}

export interface TextChunkVectorsTable {
  key: number;
  chunk_key: number;
  embedding: Buffer;
}

export interface TextPostingsTable {
  store_key: number;
  term: string;
  file_key: number;
  postings: Buffer;
}

export interface TextTermsTable {
  store_key: number;
  term: string;
  chunk_count: number;
}
