/** Files in a vector store, with the ids of the files themselves: `vectorStores.files.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { VectorStoreFileAttributes } from './attributes.ts';
import { ChunkingStrategyRequestParam, StaticChunkingStrategyResponseParam } from './chunking.ts';
import { FILE_STATUSES, paramsOf, StoreParams, statusFilter } from './counts.ts';

export const VectorStoreFileObject = named(
  'VectorStoreFileObject',
  Type.Object({
    id: Type.String({ description: 'Id of the file.' }),
    object: Type.Literal('vector_store.file'),
    usage_bytes: Type.Integer({ description: 'Size of its chunks and their vectors; 0 until the file is completed.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds at which the file was added to the store.' }),
    vector_store_id: Type.String(),
    status: oneOf(FILE_STATUSES, { description: 'Searches only include `completed` files.' }),
    last_error: nullable(
      Type.Object({
        code: oneOf(['server_error', 'unsupported_file', 'invalid_file']),
        message: Type.String(),
      }),
      { description: 'Why the file failed.' },
    ),
    chunking_strategy: Type.Optional(ref(StaticChunkingStrategyResponseParam)),
    attributes: Type.Optional(ref(VectorStoreFileAttributes)),
    x_selfsame_warnings: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Parts of a `completed` file that could not be read, one sentence each; absent if all parts were read.',
      }),
    ),
  }),
);
export type VectorStoreFileObject = Static<typeof VectorStoreFileObject>;

export const ListVectorStoreFilesResponse = page('ListVectorStoreFilesResponse', VectorStoreFileObject);

export const CreateVectorStoreFileRequest = named(
  'CreateVectorStoreFileRequest',
  Type.Object(
    {
      file_id: Type.String({ description: 'Id of an uploaded file.' }),
      chunking_strategy: Type.Optional(ref(ChunkingStrategyRequestParam)),
      attributes: Type.Optional(ref(VectorStoreFileAttributes)),
    },
    { additionalProperties: false },
  ),
);
export type CreateVectorStoreFileRequest = Static<typeof CreateVectorStoreFileRequest>;

export const UpdateVectorStoreFileAttributesRequest = named(
  'UpdateVectorStoreFileAttributesRequest',
  Type.Object(
    { attributes: ref(VectorStoreFileAttributes, { description: 'Replaces the existing attributes.' }) },
    { additionalProperties: false },
  ),
);

export const DeleteVectorStoreFileResponse = named(
  'DeleteVectorStoreFileResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('vector_store.file.deleted') }),
);

export const VectorStoreFileContentResponse = named(
  'VectorStoreFileContentResponse',
  Type.Object({
    object: Type.Literal('vector_store.file_content.page'),
    data: Type.Array(Type.Object({ type: Type.Literal('text'), text: Type.String() }), {
      description: 'The extracted text of the file in order, split at the start of each chunk.',
    }),
    has_more: Type.Boolean(),
    next_page: nullable(Type.String()),
  }),
);
export type VectorStoreFileContentResponse = Static<typeof VectorStoreFileContentResponse>;

const FileParams = paramsOf('file_id', 'Id of the file.');

export const create = operation({
  id: 'vectorStores.files.create',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}/files',
  summary: 'Adds a file to a vector store.',
  authority: 'project',
  params: StoreParams,
  body: CreateVectorStoreFileRequest,
  response: VectorStoreFileObject,
});

export const list = operation({
  id: 'vectorStores.files.list',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}/files',
  summary: 'Lists the files of a vector store.',
  authority: 'project',
  params: StoreParams,
  query: pageQuery({ limit: 20, max: 100 }, statusFilter),
  response: ListVectorStoreFilesResponse,
});

export const retrieve = operation({
  id: 'vectorStores.files.retrieve',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}/files/{file_id}',
  summary: 'Retrieves a file of a vector store.',
  authority: 'project',
  params: FileParams,
  response: VectorStoreFileObject,
});

export const update = operation({
  id: 'vectorStores.files.update',
  method: 'POST',
  path: '/vector_stores/{vector_store_id}/files/{file_id}',
  summary: 'Replaces the attributes of a file in a vector store.',
  authority: 'project',
  params: FileParams,
  body: UpdateVectorStoreFileAttributesRequest,
  response: VectorStoreFileObject,
});

export const content = operation({
  id: 'vectorStores.files.content',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}/files/{file_id}/content',
  summary: 'Returns the extracted text of a file.',
  authority: 'project',
  params: FileParams,
  response: VectorStoreFileContentResponse,
});

const deleteFile = operation({
  id: 'vectorStores.files.delete',
  method: 'DELETE',
  path: '/vector_stores/{vector_store_id}/files/{file_id}',
  summary: 'Removes a file from a vector store. The file is not deleted.',
  authority: 'project',
  params: FileParams,
  response: DeleteVectorStoreFileResponse,
});

export { deleteFile as delete };
