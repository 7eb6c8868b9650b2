/** Vector stores, searchable collections of files: `vectorStores.*`. */
import Type, { type Static } from 'typebox';
import { Metadata } from './common/metadata.ts';
import { page, pageQuery } from './common/pages.ts';
import { operation } from './operation.ts';
import { clearable, hint, named, nullable, oneOf, ref } from './schema.ts';
import { ChunkingStrategyRequestParam } from './vector-stores/chunking.ts';
import { before, fileCounts, StoreParams } from './vector-stores/counts.ts';
import { VectorStoreSearchRequest, VectorStoreSearchResultsPage } from './vector-stores/search.ts';

export * as fileBatches from './vector-stores/file-batches.ts';
export * as files from './vector-stores/files.ts';

const MAX_FILES = 500;

export const VectorStoreExpirationAfter = named(
  'VectorStoreExpirationAfter',
  Type.Object({
    anchor: Type.Literal('last_active_at', { description: 'The time that the store was last used.' }),
    days: Type.Integer({ minimum: 1, maximum: 365, description: 'Days after the anchor, 1 to 365.' }),
  }),
);

export const VectorStoreObject = named(
  'VectorStoreObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('vector_store'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    name: Type.String({ description: 'Empty when it has none.' }),
    usage_bytes: Type.Integer({ description: 'Bytes of all chunks and their vectors.' }),
    file_counts: fileCounts,
    status: oneOf(['expired', 'in_progress', 'completed'], {
      description: '`in_progress` while files are being processed; what is completed can be searched meanwhile.',
    }),
    expires_after: Type.Optional(ref(VectorStoreExpirationAfter)),
    expires_at: Type.Optional(nullable(Type.Integer(), { description: 'Unix time in seconds.' })),
    last_active_at: nullable(Type.Integer(), {
      description: 'Unix time in seconds at which it was last searched or changed, to the minute.',
    }),
    metadata: ref(Metadata),
  }),
);
export type VectorStoreObject = Static<typeof VectorStoreObject>;

export const ListVectorStoresResponse = page('ListVectorStoresResponse', VectorStoreObject);

export const CreateVectorStoreRequest = named(
  'CreateVectorStoreRequest',
  Type.Object(
    {
      file_ids: Type.Optional(
        Type.Array(Type.String(), { maxItems: MAX_FILES, description: 'Ids of uploaded files to begin with.' }),
      ),
      name: Type.Optional(Type.String()),
      description: Type.Optional(hint(Type.String({ description: 'What the store is for.' }))),
      expires_after: Type.Optional(ref(VectorStoreExpirationAfter)),
      chunking_strategy: Type.Optional(ref(ChunkingStrategyRequestParam)),
      metadata: Type.Optional(ref(Metadata)),
    },
    { additionalProperties: false },
  ),
);
export type CreateVectorStoreRequest = Static<typeof CreateVectorStoreRequest>;

export const UpdateVectorStoreRequest = named(
  'UpdateVectorStoreRequest',
  clearable(
    Type.Object(
      {
        name: Type.Optional(nullable(Type.String())),
        expires_after: Type.Optional(nullable(ref(VectorStoreExpirationAfter))),
        metadata: Type.Optional(ref(Metadata)),
      },
      { additionalProperties: false },
    ),
  ),
);
export type UpdateVectorStoreRequest = Static<typeof UpdateVectorStoreRequest>;

export const DeleteVectorStoreResponse = named(
  'DeleteVectorStoreResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('vector_store.deleted') }),
);

export const create = operation({
  id: 'vectorStores.create',
  method: 'POST',
  path: '/vector_stores',
  summary: 'Makes a vector store.',
  authority: 'project',
  body: CreateVectorStoreRequest,
  response: VectorStoreObject,
});

export const list = operation({
  id: 'vectorStores.list',
  method: 'GET',
  path: '/vector_stores',
  summary: 'Lists the vector stores of the project.',
  authority: 'project',
  query: pageQuery({ limit: 20, most: 100 }, { before }),
  response: ListVectorStoresResponse,
});

export const retrieve = operation({
  id: 'vectorStores.retrieve',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Describes one vector store.',
  authority: 'project',
  params: StoreParams,
  response: VectorStoreObject,
});

export const update = operation({
  id: 'vectorStores.update',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Changes the name, the expiry or the metadata of a vector store.',
  authority: 'project',
  params: StoreParams,
  body: UpdateVectorStoreRequest,
  response: VectorStoreObject,
});

const deleteStore = operation({
  id: 'vectorStores.delete',
  method: 'DELETE',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Deletes a vector store; the files themselves stay.',
  authority: 'project',
  params: StoreParams,
  response: DeleteVectorStoreResponse,
});

export { deleteStore as delete };

export const search = operation({
  id: 'vectorStores.search',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}/search',
  summary: 'Finds the chunks of a vector store that fit a query best.',
  authority: 'project',
  params: StoreParams,
  body: VectorStoreSearchRequest,
  response: VectorStoreSearchResultsPage,
});
