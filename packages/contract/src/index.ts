/** Public surface: operations by resource, every schema by its component name, and the helpers to read both. */

export {
  AssistantFileObject,
  CreateAssistantFileRequest,
  DeleteAssistantFileResponse,
  ListAssistantFilesResponse,
} from './assistants/files.ts';
export * from './assistants/v1.ts';
export * from './assistants/v1-runs.ts';
export * as assistants from './assistants.ts';
export {
  AssistantObject,
  CreateAssistantRequest,
  DeleteAssistantResponse,
  ListAssistantsResponse,
  ModifyAssistantRequest,
} from './assistants.ts';
export * as batches from './batches.ts';
export {
  Batch,
  BatchError,
  BatchFileExpirationAfter,
  BatchRequestCounts,
  CreateBatchRequest,
  ListBatchesResponse,
} from './batches.ts';
export * from './bytes.ts';
export * from './chat/completions/annotations.ts';
export * from './chat/completions/chunk.ts';
export * from './chat/completions/content-parts.ts';
export * from './chat/completions/logprobs.ts';
export * from './chat/completions/messages.ts';
export * from './chat/completions/moderation.ts';
export * from './chat/completions/request.ts';
export * from './chat/completions/response.ts';
export * from './chat/completions/response-format.ts';
export * from './chat/completions/stored.ts';
export { ChatCompletionMessageList, StoredChatCompletionMessage } from './chat/completions/stored-messages.ts';
export * from './chat/completions/tool-calls.ts';
export * from './chat/completions/tools.ts';
export * as chat from './chat.ts';
export * from './common/assistant-tools.ts';
export * from './common/functions.ts';
export * from './common/metadata.ts';
export * from './common/model-options.ts';
export * from './common/pages.ts';
export * from './common/prompt-cache.ts';
export * from './common/usage.ts';
export * from './common/voice.ts';
export * from './common/web-search.ts';
export * from './completions/chunk.ts';
export * from './completions/logprobs.ts';
export * from './completions/request.ts';
export * from './completions/response.ts';
export * as completions from './completions.ts';
export * as embeddings from './embeddings.ts';
export { CreateEmbeddingRequest, CreateEmbeddingResponse, Embedding } from './embeddings.ts';
export * from './error.ts';
export * as files from './files.ts';
export {
  CreateFileRequest,
  DeleteFileResponse,
  FILE_PURPOSES,
  FileExpirationAfter,
  type FilePurpose,
  ListFilesResponse,
  OpenAIFile,
} from './files.ts';
export * from './known-operations.ts';
export * as models from './models.ts';
export { DeleteModelResponse, ListModelsResponse, Model } from './models.ts';
export * from './openapi.ts';
export * from './operation.ts';
export * from './operations.ts';
export * from './schema.ts';
export * from './threads/content.ts';
export * from './threads/message-delta.ts';
export { ListMessageFilesResponse, MessageFileObject } from './threads/messages/files.ts';
export {
  CreateMessageRequest,
  DeleteMessageResponse,
  ListMessagesResponse,
  MessageObject,
  ModifyMessageRequest,
} from './threads/messages.ts';
export * from './threads/runs/events.ts';
export * from './threads/runs/objects.ts';
export * from './threads/runs/requests.ts';
export * from './threads/runs/step-objects.ts';
export * from './threads/runs/tool-call-objects.ts';
export * as threadRuns from './threads/runs.ts';
export * as threads from './threads.ts';
export { CreateThreadRequest, DeleteThreadResponse, ModifyThreadRequest, ThreadObject } from './threads.ts';
export { AddUploadPartRequest, UploadPart } from './uploads/parts.ts';
export * as uploads from './uploads.ts';
export { CompleteUploadRequest, CreateUploadRequest, Upload } from './uploads.ts';
export * from './vector-stores/attributes.ts';
export * from './vector-stores/chunking.ts';
export { FILE_STATUSES, type VectorStoreFileStatus } from './vector-stores/counts.ts';
export { CreateVectorStoreFileBatchRequest, VectorStoreFileBatchObject } from './vector-stores/file-batches.ts';
export {
  CreateVectorStoreFileRequest,
  DeleteVectorStoreFileResponse,
  ListVectorStoreFilesResponse,
  UpdateVectorStoreFileAttributesRequest,
  VectorStoreFileContentResponse,
  VectorStoreFileObject,
} from './vector-stores/files.ts';
export * from './vector-stores/search.ts';
export * as vectorStores from './vector-stores.ts';
export {
  CreateVectorStoreRequest,
  DeleteVectorStoreResponse,
  ListVectorStoresResponse,
  UpdateVectorStoreRequest,
  VectorStoreExpirationAfter,
  VectorStoreObject,
} from './vector-stores.ts';
