/** Files that other parts of the API use: `files.*`. */
import Type, { type Static } from 'typebox';
import { Bytes, file } from './bytes.ts';
import { page, pageQuery } from './common/pages.ts';
import { operation } from './operation.ts';
import { named, oneOf, ref } from './schema.ts';

const MEBIBYTE = 1024 * 1024;

/** Maximum size of a file. */
export const FILE_BYTES = 512 * MEBIBYTE;

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

export const FileExpirationAfter = named(
  'FileExpirationAfter',
  Type.Object({
    anchor: Type.Literal('created_at', { description: 'The creation time of the file.' }),
    seconds: Type.Integer({
      minimum: HOUR_S,
      maximum: 30 * DAY_S,
      description: 'Seconds after the anchor at which the file is deleted: 1 hour to 30 days.',
    }),
  }),
);
export type FileExpirationAfter = Static<typeof FileExpirationAfter>;

/** Purposes of uploaded files. */
export const UPLOAD_PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;

/** Purposes of files that only the server creates. */
export const OUTPUT_PURPOSES = ['assistants_output', 'batch_output', 'fine-tune-results'] as const;

export const FILE_PURPOSES = [...UPLOAD_PURPOSES, ...OUTPUT_PURPOSES] as const;
export type FilePurpose = (typeof FILE_PURPOSES)[number];

export const OpenAIFile = named(
  'OpenAIFile',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('file'),
    bytes: Type.Integer({ description: 'Size in bytes.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    expires_at: Type.Optional(Type.Integer({ description: 'Unix time in seconds at which the file is deleted.' })),
    filename: Type.String(),
    purpose: oneOf(FILE_PURPOSES),
    status: oneOf(['uploaded', 'processed', 'error'], {
      deprecated: true,
      description: 'Always `processed`, because only complete and validated files exist.',
    }),
    status_details: Type.Optional(
      Type.String({ deprecated: true, description: 'Always absent, because invalid files are refused.' }),
    ),
  }),
);
export type OpenAIFile = Static<typeof OpenAIFile>;

export const CreateFileRequest = named(
  'CreateFileRequest',
  Type.Object(
    {
      file: file({ description: 'The content of the file.' }),
      purpose: oneOf(UPLOAD_PURPOSES, {
        description:
          'Purpose of the file. Files for `batch`, `fine-tune` and `evals` are JSONL and are validated line by line.',
      }),
      expires_after: Type.Optional(ref(FileExpirationAfter)),
    },
    { additionalProperties: false },
  ),
);
export type CreateFileRequest = Static<typeof CreateFileRequest>;

export const ListFilesResponse = page('ListFilesResponse', OpenAIFile);
export type ListFilesResponse = Static<typeof ListFilesResponse>;

export const DeleteFileResponse = named(
  'DeleteFileResponse',
  Type.Object({ id: Type.String(), object: Type.Literal('file'), deleted: Type.Boolean() }),
);
export type DeleteFileResponse = Static<typeof DeleteFileResponse>;

const FileParams = Type.Object({ file_id: Type.String({ description: 'Id of the file.' }) });

export const create = operation({
  id: 'files.create',
  method: 'POST',
  path: '/files',
  summary: 'Uploads a file.',
  authority: 'project',
  body: CreateFileRequest,
  encoding: 'multipart',
  bodyLimit: FILE_BYTES,
  response: OpenAIFile,
});

export const list = operation({
  id: 'files.list',
  method: 'GET',
  path: '/files',
  summary: 'Lists the files of the project.',
  authority: 'project',
  query: pageQuery(
    { limit: 10_000, max: 10_000 },
    { purpose: Type.Optional(Type.String({ description: 'Only files of this purpose.' })) },
  ),
  response: ListFilesResponse,
});

export const retrieve = operation({
  id: 'files.retrieve',
  method: 'GET',
  path: '/files/{file_id}',
  summary: 'Retrieves a file.',
  authority: 'project',
  params: FileParams,
  response: OpenAIFile,
});

export const content = operation({
  id: 'files.content',
  method: 'GET',
  path: '/files/{file_id}/content',
  summary: 'Returns the content of a file.',
  authority: 'project',
  params: FileParams,
  response: Bytes,
});

const deleteFile = operation({
  id: 'files.delete',
  method: 'DELETE',
  path: '/files/{file_id}',
  summary: 'Deletes a file.',
  authority: 'project',
  params: FileParams,
  response: DeleteFileResponse,
});

export { deleteFile as delete };
