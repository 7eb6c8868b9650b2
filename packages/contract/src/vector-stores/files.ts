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
    usage_bytes: Type.Integer({ description: 'Bytes of its chunks and their vectors; 0 until it is completed.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds at which it came into the store.' }),
    vector_store_id: Type.String(),
    status: oneOf(FILE_STATUSES, { description: 'Only a `completed` file is searched.' }),
    last_error: nullable(
      Type.Object({
        code: oneOf(['server_error', 'unsupported_file', 'invalid_file']),
        message: Type.String(),
      }),
      { description: 'Why it failed.' },
    ),
    chunking_strategy: Type.Optional(ref(StaticChunkingStrategyResponseParam)),
    attributes: Type.Optional(ref(VectorStoreFileAttributes)),
    x_selfsame_warnings: Type.Optional(
      Type.Array(Type.String(), {
        description: 'What of a `completed` file could not be read, a sentence each; absent when all was.',
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
    { attributes: ref(VectorStoreFileAttributes, { description: 'Take the place of what there is.' }) },
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
      description: 'The text of the file as it was read, in order, cut where chunks begin.',
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
  summary: 'Puts a file into a vector store.',
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
  query: pageQuery({ limit: 20, most: 100 }, statusFilter),
  response: ListVectorStoreFilesResponse,
});

export const retrieve = operation({
  id: 'vectorStores.files.retrieve',
  method: 'GET',
  path: '/vector_stores/{vector_store_id}/files/{file_id}',
  summary: 'Describes one file of a vector store.',
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
  summary: 'Gives the text that was read from a file.',
  authority: 'project',
  params: FileParams,
  response: VectorStoreFileContentResponse,
});

const deleteFile = operation({
  id: 'vectorStores.files.delete',
  method: 'DELETE',
  path: '/vector_stores/{vector_store_id}/files/{file_id}',
  summary: 'Takes a file out of a vector store; the file itself stays.',
  authority: 'project',
  params: FileParams,
  response: DeleteVectorStoreFileResponse,
});

export { deleteFile as delete };
