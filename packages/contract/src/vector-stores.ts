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
    anchor: Type.Literal('last_active_at', { description: 'The time of the last use of the store.' }),
    days: Type.Integer({ minimum: 1, maximum: 365, description: 'Days after the anchor, 1 to 365.' }),
  }),
);

export const VectorStoreObject = named(
  'VectorStoreObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('vector_store'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    name: Type.String({ description: 'Name of the store; may be empty.' }),
    usage_bytes: Type.Integer({ description: 'Size of all chunks and their vectors.' }),
    file_counts: fileCounts,
    status: oneOf(['expired', 'in_progress', 'completed'], {
      description: '`in_progress` while files are processed; completed files can already be searched.',
    }),
    expires_after: Type.Optional(ref(VectorStoreExpirationAfter)),
    expires_at: Type.Optional(nullable(Type.Integer(), { description: 'Unix time in seconds.' })),
    last_active_at: nullable(Type.Integer(), {
      description: 'Unix time in seconds of the last search or change, accurate to a minute.',
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
        Type.Array(Type.String(), { maxItems: MAX_FILES, description: 'Ids of the initial files.' }),
      ),
      name: Type.Optional(Type.String()),
      description: Type.Optional(hint(Type.String({ description: 'Purpose of the store.' }))),
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
  summary: 'Creates a vector store.',
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
  query: pageQuery({ limit: 20, max: 100 }, { before }),
  response: ListVectorStoresResponse,
});

export const retrieve = operation({
  id: 'vectorStores.retrieve',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Retrieves a vector store.',
  authority: 'project',
  params: StoreParams,
  response: VectorStoreObject,
});

export const update = operation({
  id: 'vectorStores.update',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Updates the name, the expiry or the metadata of a vector store.',
  authority: 'project',
  params: StoreParams,
  body: UpdateVectorStoreRequest,
  response: VectorStoreObject,
});

const deleteStore = operation({
  id: 'vectorStores.delete',
  method: 'DELETE',
  path: '/vector_stores/{vector_store_id}',
  summary: 'Deletes a vector store, but not its files.',
  authority: 'project',
  params: StoreParams,
  response: DeleteVectorStoreResponse,
});

export { deleteStore as delete };

export const search = operation({
  id: 'vectorStores.search',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}/search',
  summary: 'Finds the chunks of a vector store that match a query best.',
  authority: 'project',
  params: StoreParams,
  body: VectorStoreSearchRequest,
  response: VectorStoreSearchResultsPage,
});
