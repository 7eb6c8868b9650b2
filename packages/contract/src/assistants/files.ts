/** Files of assistants, in v1 only: `assistants.files.*`. */
import Type, { type Static } from 'typebox';
import { beforeParam, page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { named } from '../schema.ts';

export const AssistantFileObject = named(
  'AssistantFileObject',
  Type.Object({
    id: Type.String({ description: 'Id of the file.' }),
    object: Type.Literal('assistant.file'),
    created_at: Type.Integer({ description: 'Unix time in seconds: when both the assistant and the file were there.' }),
    assistant_id: Type.String(),
  }),
);
export type AssistantFileObject = Static<typeof AssistantFileObject>;

export const CreateAssistantFileRequest = named(
  'CreateAssistantFileRequest',
  Type.Object({ file_id: Type.String({ description: 'Id of the file.' }) }, { additionalProperties: false }),
);
export type CreateAssistantFileRequest = Static<typeof CreateAssistantFileRequest>;

export const ListAssistantFilesResponse = page('ListAssistantFilesResponse', AssistantFileObject);
export type ListAssistantFilesResponse = Static<typeof ListAssistantFilesResponse>;

export const DeleteAssistantFileResponse = named(
  'DeleteAssistantFileResponse',
  Type.Object({ id: Type.String(), deleted: Type.Boolean(), object: Type.Literal('assistant.file.deleted') }),
);
export type DeleteAssistantFileResponse = Static<typeof DeleteAssistantFileResponse>;

const assistant_id = Type.String({ description: 'Id of the assistant.' });
const AssistantParams = Type.Object({ assistant_id });
const FileParams = Type.Object({ assistant_id, file_id: Type.String({ description: 'Id of the file.' }) });

export const create = operation({
  id: 'assistants.files.create',
  method: 'POST',
  path: '/assistants/{assistant_id}/files',
  summary: 'Attaches a file to an assistant.',
  authority: 'project',
  beta: 'assistants=v1',
  params: AssistantParams,
  body: CreateAssistantFileRequest,
  response: AssistantFileObject,
});

export const list = operation({
  id: 'assistants.files.list',
  method: 'GET',
  path: '/assistants/{assistant_id}/files',
  summary: 'Lists the files of an assistant.',
  authority: 'project',
  beta: 'assistants=v1',
  params: AssistantParams,
  query: pageQuery({ limit: 20, max: 100 }, { before: beforeParam }),
  response: ListAssistantFilesResponse,
});

export const retrieve = operation({
  id: 'assistants.files.retrieve',
  method: 'GET',
  path: '/assistants/{assistant_id}/files/{file_id}',
  summary: 'Retrieves a file of an assistant.',
  authority: 'project',
  beta: 'assistants=v1',
  params: FileParams,
  response: AssistantFileObject,
});

const deleteFile = operation({
  id: 'assistants.files.delete',
  method: 'DELETE',
  path: '/assistants/{assistant_id}/files/{file_id}',
  summary: 'Detaches a file from an assistant. The file is not deleted.',
  authority: 'project',
  beta: 'assistants=v1',
  params: FileParams,
  response: DeleteAssistantFileResponse,
});

export { deleteFile as delete };
