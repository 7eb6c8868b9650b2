/** Batches of files for a vector store: `vectorStores.fileBatches.*`. */
import Type, { type Static } from 'typebox';
import { pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, oneOf, ref } from '../schema.ts';
import { VectorStoreFileAttributes } from './attributes.ts';
import { ChunkingStrategyRequestParam } from './chunking.ts';
import { FILE_STATUSES, fileCounts, paramsOf, StoreParams, statusFilter } from './counts.ts';
import { CreateVectorStoreFileRequest, ListVectorStoreFilesResponse } from './files.ts';

const MAX_FILES = 2000;

export const VectorStoreFileBatchObject = named(
  'VectorStoreFileBatchObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('vector_store.files_batch'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    vector_store_id: Type.String(),
    status: oneOf(FILE_STATUSES, {
      description: '`in_progress` while any file is in progress, then `completed`, or `failed` if all files failed.',
    }),
    file_counts: fileCounts,
  }),
);
export type VectorStoreFileBatchObject = Static<typeof VectorStoreFileBatchObject>;

export const CreateVectorStoreFileBatchRequest = named(
  'CreateVectorStoreFileBatchRequest',
  Type.Object(
    {
      file_ids: Type.Optional(
        Type.Array(Type.String(), { minItems: 1, maxItems: MAX_FILES, description: 'Ids of uploaded files.' }),
      ),
      files: Type.Optional(
        Type.Array(ref(CreateVectorStoreFileRequest), {
          minItems: 1,
          maxItems: MAX_FILES,
          description: 'Files with individual chunking and attributes, instead of `file_ids`.',
        }),
      ),
      chunking_strategy: Type.Optional(ref(ChunkingStrategyRequestParam)),
      attributes: Type.Optional(ref(VectorStoreFileAttributes)),
    },
    { additionalProperties: false },
  ),
);
export type CreateVectorStoreFileBatchRequest = Static<typeof CreateVectorStoreFileBatchRequest>;

const BatchParams = paramsOf('batch_id', 'Id of the batch.');
const PATH = '/vector_stores/{vector_store_id}/file_batches';

export const create = operation({
  id: 'vectorStores.fileBatches.create',
  method: 'POST',
  path: PATH,
  summary: 'Adds several files to a vector store.',
  authority: 'project',
  params: StoreParams,
  body: CreateVectorStoreFileBatchRequest,
  response: VectorStoreFileBatchObject,
});

export const retrieve = operation({
  id: 'vectorStores.fileBatches.retrieve',
  method: 'GET',
  path: `${PATH}/{batch_id}`,
  summary: 'Retrieves a batch of files.',
  authority: 'project',
  params: BatchParams,
  response: VectorStoreFileBatchObject,
});

export const cancel = operation({
  id: 'vectorStores.fileBatches.cancel',
  method: 'POST',
  path: `${PATH}/{batch_id}/cancel`,
  summary: 'Cancels the processing of the remaining files of a batch.',
  authority: 'project',
  params: BatchParams,
  response: VectorStoreFileBatchObject,
});

export const listFiles = operation({
  id: 'vectorStores.fileBatches.listFiles',
  method: 'GET',
  path: `${PATH}/{batch_id}/files`,
  summary: 'Lists the files of a batch.',
  authority: 'project',
  params: BatchParams,
  query: pageQuery({ limit: 20, max: 100 }, statusFilter),
  response: ListVectorStoreFilesResponse,
});
