/** `POST /uploads`: starts an upload; checks everything that needs no bytes. */
import { uploads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { toUpload } from './to-upload.ts';

/** An upload expires after this time. */
const UPLOAD_LIFETIME_MS = 3_600_000;

const LINES = /^(application\/(json|jsonl|x-jsonlines|x-ndjson|octet-stream)|text\/(jsonl|plain))$/;
const TYPES: Readonly<Record<string, RegExp>> = {
  batch: LINES,
  'fine-tune': LINES,
  vision: /^image\/(png|jpeg|gif|webp)$/,
  assistants: /^[\w.+-]+\/[\w.+-]+$/,
};

export default implement(uploads.create, ({ repositories, clock, ids }) => async ({ body }, { principal }) => {
  const { filename, purpose, bytes, mime_type, expires_after } = body;
  const contentType = mime_type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (TYPES[purpose]?.test(contentType) !== true) {
    throw errors.invalidValue('mime_type', `'${mime_type}' is not a media type of files for '${purpose}'.`);
  }
  const createdAt = clock.now();
  const record = {
    id: ids('upload_'),
    filename,
    purpose,
    contentType: mime_type,
    bytes,
    fileLifetimeSeconds: expires_after?.seconds ?? null,
    createdAt,
    expiresAt: createdAt + UPLOAD_LIFETIME_MS,
  };
  const { projectId } = principal;
  await repositories.forProject(projectId).uploads.create(record);
  return toUpload({ ...record, projectId, status: 'pending', fileId: null });
});
