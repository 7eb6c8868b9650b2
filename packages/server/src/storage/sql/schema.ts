/** Kysely declarations of the tables, for every dialect. Columns are snake_case; times are milliseconds. */

import type { AssistantsTable, MessagesTable, ThreadsTable } from './tables/assistants.ts';
import type { BatchesTable, BatchLinesTable } from './tables/batches.ts';
import type { ChatCompletionMetadataTable, ChatCompletionsTable } from './tables/chat-completions.ts';
import type { ContainerFilesTable, ContainersTable } from './tables/containers.ts';
import type { EventStreamsTable, EventsTable } from './tables/events.ts';
import type { BlobsTable, FilesTable, StoredBytesTable, UploadPartsTable, UploadsTable } from './tables/files.ts';
import type { JobSchedulesTable, JobsTable } from './tables/jobs.ts';
import type {
  ConversationItemsTable,
  ConversationsTable,
  ResponseChainsTable,
  ResponseItemsTable,
  ResponsesTable,
} from './tables/responses.ts';
import type { RunStepsTable, RunsTable } from './tables/runs.ts';
import type {
  TextChunksTable,
  TextChunkVectorsTable,
  TextPostingsTable,
  TextTermsTable,
  VectorStoreFileAttributesTable,
  VectorStoreFileBatchesTable,
  VectorStoreFilesTable,
  VectorStoresTable,
} from './tables/vector-stores.ts';

export interface OrganizationsTable {
  id: string;
  name: string;
  created_at: number;
}

export interface ProjectsTable {
  id: string;
  organization_id: string;
  name: string;
  created_at: number;
  archived_at: number | null;
}

export interface InstallationTable {
  /** Always 1. */
  singleton: number;
  api_key_pepper: string;
  organization_id: string;
  project_id: string;
  created_at: number;
}

export interface ApiKeysTable {
  id: string;
  project_id: string;
  name: string;
  key_hash: string;
  redacted_value: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}

export interface UsageEventsTable {
  id: string;
  organization_id: string;
  project_id: string;
  api_key_id: string | null;
  operation_id: string;
  model_id: string | null;
  input_tokens: number;
  output_tokens: number;
  cached_input_tokens: number;
  requests: number;
  started_at: number;
  duration_ms: number;
  status: number;
}

export interface Schema {
  organizations: OrganizationsTable;
  projects: ProjectsTable;
  installation: InstallationTable;
  api_keys: ApiKeysTable;
  usage_events: UsageEventsTable;
  jobs: JobsTable;
  job_schedules: JobSchedulesTable;
  event_streams: EventStreamsTable;
  events: EventsTable;
  chat_completions: ChatCompletionsTable;
  chat_completion_metadata: ChatCompletionMetadataTable;
  batches: BatchesTable;
  batch_lines: BatchLinesTable;
  assistants: AssistantsTable;
  threads: ThreadsTable;
  messages: MessagesTable;
  runs: RunsTable;
  run_steps: RunStepsTable;
  conversations: ConversationsTable;
  conversation_items: ConversationItemsTable;
  response_chains: ResponseChainsTable;
  responses: ResponsesTable;
  response_items: ResponseItemsTable;
  files: FilesTable;
  blobs: BlobsTable;
  stored_bytes: StoredBytesTable;
  uploads: UploadsTable;
  upload_parts: UploadPartsTable;
  containers: ContainersTable;
  container_files: ContainerFilesTable;
  vector_stores: VectorStoresTable;
  vector_store_files: VectorStoreFilesTable;
  vector_store_file_batches: VectorStoreFileBatchesTable;
  vector_store_file_attributes: VectorStoreFileAttributesTable;
  text_chunks: TextChunksTable;
  text_chunk_vectors: TextChunkVectorsTable;
  text_postings: TextPostingsTable;
  text_terms: TextTermsTable;
}
