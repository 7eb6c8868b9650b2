/** The parts of an upload: `uploads.parts.*`. */
import Type, { type Static } from 'typebox';
import { file } from '../bytes.ts';
import { operation } from '../operation.ts';
import { named } from '../schema.ts';

/** Maximum size of a part. */
export const UPLOAD_PART_BYTES = 64 * 1024 ** 2;

export const UploadPart = named(
  'UploadPart',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('upload.part'),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
    upload_id: Type.String(),
  }),
);
export type UploadPart = Static<typeof UploadPart>;

export const AddUploadPartRequest = named(
  'AddUploadPartRequest',
  Type.Object({ data: file({ description: 'The bytes of this part.' }) }, { additionalProperties: false }),
);
export type AddUploadPartRequest = Static<typeof AddUploadPartRequest>;

export const create = operation({
  id: 'uploads.parts.create',
  method: 'POST',
  path: '/uploads/{upload_id}/parts',
  summary: 'Adds a part to an upload.',
  authority: 'project',
  params: Type.Object({ upload_id: Type.String({ description: 'Id of the upload.' }) }),
  body: AddUploadPartRequest,
  encoding: 'multipart',
  bodyLimit: UPLOAD_PART_BYTES,
  response: UploadPart,
});
