/** Uploads of large files in parts: `uploads.*`. */
import Type, { type Static } from 'typebox';
import { FileExpirationAfter, OpenAIFile } from './files.ts';
import { operation } from './operation.ts';
import { named, nullable, oneOf, ref } from './schema.ts';

/** Maximum size of the complete file. */
export const UPLOAD_BYTES = 8 * 1024 ** 3;

export const Upload = named(
  'Upload',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('upload'),
    bytes: Type.Integer({ description: 'Size of the complete file.' }),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    filename: Type.String(),
    purpose: Type.String(),
    status: oneOf(['pending', 'completed', 'cancelled', 'expired']),
    expires_at: Type.Integer({
      description: 'Unix time in seconds at which the upload expires if it is still pending.',
    }),
    file: Type.Optional(nullable(ref(OpenAIFile), { description: 'The file, if the upload is completed.' })),
  }),
);
export type Upload = Static<typeof Upload>;

export const CreateUploadRequest = named(
  'CreateUploadRequest',
  Type.Object(
    {
      filename: Type.String({ minLength: 1 }),
      purpose: oneOf(['assistants', 'batch', 'fine-tune', 'vision']),
      bytes: Type.Integer({ minimum: 0, maximum: UPLOAD_BYTES, description: 'Size of the whole file.' }),
      mime_type: Type.String({ minLength: 1, description: 'Media type of the file; the purpose must allow it.' }),
      expires_after: Type.Optional(ref(FileExpirationAfter)),
    },
    { additionalProperties: false },
  ),
);
export type CreateUploadRequest = Static<typeof CreateUploadRequest>;

export const CompleteUploadRequest = named(
  'CompleteUploadRequest',
  Type.Object(
    {
      part_ids: Type.Array(Type.String(), { description: 'Ids of the parts in the order of the file.' }),
      md5: Type.Optional(
        Type.String({ description: 'Hexadecimal MD5 of the complete file, to verify the uploaded content.' }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CompleteUploadRequest = Static<typeof CompleteUploadRequest>;

const UploadParams = Type.Object({ upload_id: Type.String({ description: 'Id of the upload.' }) });

export const create = operation({
  id: 'uploads.create',
  method: 'POST',
  path: '/uploads',
  summary: 'Starts the upload of a file in parts.',
  authority: 'project',
  body: CreateUploadRequest,
  response: Upload,
});

export const complete = operation({
  id: 'uploads.complete',
  method: 'POST',
  path: '/uploads/{upload_id}/complete',
  summary: 'Completes an upload and creates the file from its parts.',
  authority: 'project',
  params: UploadParams,
  body: CompleteUploadRequest,
  response: Upload,
});

export const cancel = operation({
  id: 'uploads.cancel',
  method: 'POST',
  path: '/uploads/{upload_id}/cancel',
  summary: 'Cancels an upload and deletes its parts.',
  authority: 'project',
  params: UploadParams,
  response: Upload,
});

export * as parts from './uploads/parts.ts';
