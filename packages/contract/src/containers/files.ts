/** Files in a container: `containers.files.*`. */
import Type, { type Static } from 'typebox';
import { Bytes, file } from '../bytes.ts';
import { page, pageQuery } from '../common/pages.ts';
import { FILE_BYTES } from '../files.ts';
import { operation } from '../operation.ts';
import { named } from '../schema.ts';

export const ContainerFileResource = named(
  'ContainerFileResource',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('container.file'),
    container_id: Type.String({ description: 'Id of the container that holds the file.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    bytes: Type.Integer({ description: 'Size in bytes.' }),
    path: Type.String({ description: 'Path in the container.' }),
    source: Type.String({ description: '`user` for a file of a request, `assistant` for one that code wrote.' }),
  }),
);
export type ContainerFileResource = Static<typeof ContainerFileResource>;

export const ContainerFileListResource = page('ContainerFileListResource', ContainerFileResource);
export type ContainerFileListResource = Static<typeof ContainerFileListResource>;

const fileId = Type.String({ description: 'Id of an uploaded file to copy, instead of `file`.' });

export const CreateContainerFileBody = named(
  'CreateContainerFileBody',
  Type.Object(
    { file_id: Type.Optional(fileId), file: Type.Optional(file({ description: 'The content of the file.' })) },
    { additionalProperties: false },
  ),
);
export type CreateContainerFileBody = Static<typeof CreateContainerFileBody>;

/** The API description has one schema for both encodings; JSON has no file parts. */
export const CreateContainerFileJsonBody = named(
  'CreateContainerFileJsonBody',
  Type.Object({ file_id: fileId }, { additionalProperties: false }),
);
export type CreateContainerFileJsonBody = Static<typeof CreateContainerFileJsonBody>;

/** The API description does not name it. */
export const DeleteContainerFileResponse = named(
  'DeleteContainerFileResponse',
  Type.Object({ id: Type.String(), object: Type.Literal('container.file.deleted'), deleted: Type.Boolean() }),
);
export type DeleteContainerFileResponse = Static<typeof DeleteContainerFileResponse>;

const container = { container_id: Type.String({ description: 'Id of the container.' }) };
const ContainerParams = Type.Object(container);
const FileParams = Type.Object({ ...container, file_id: Type.String({ description: 'Id of the file.' }) });

export const create = operation({
  id: 'containers.files.create',
  method: 'POST',
  path: '/containers/{container_id}/files',
  summary: 'Adds a file to a container: an upload in a form, or a copy of an uploaded file.',
  authority: 'project',
  params: ContainerParams,
  body: CreateContainerFileBody,
  encoding: 'multipart',
  jsonBody: CreateContainerFileJsonBody,
  bodyLimit: FILE_BYTES,
  response: ContainerFileResource,
});

export const list = operation({
  id: 'containers.files.list',
  method: 'GET',
  path: '/containers/{container_id}/files',
  summary: 'Lists the files of a container.',
  authority: 'project',
  params: ContainerParams,
  query: pageQuery({ limit: 20, max: 100 }, {}),
  response: ContainerFileListResource,
});

export const retrieve = operation({
  id: 'containers.files.retrieve',
  method: 'GET',
  path: '/containers/{container_id}/files/{file_id}',
  summary: 'Retrieves a file of a container.',
  authority: 'project',
  params: FileParams,
  response: ContainerFileResource,
});

export const content = operation({
  id: 'containers.files.content',
  method: 'GET',
  path: '/containers/{container_id}/files/{file_id}/content',
  summary: 'Returns the content of a file of a container.',
  authority: 'project',
  params: FileParams,
  response: Bytes,
});

const deleteFile = operation({
  id: 'containers.files.delete',
  method: 'DELETE',
  path: '/containers/{container_id}/files/{file_id}',
  summary: 'Deletes a file of a container.',
  authority: 'project',
  params: FileParams,
  response: DeleteContainerFileResponse,
});

export { deleteFile as delete };
