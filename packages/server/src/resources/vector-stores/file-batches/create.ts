/** `POST /vector_stores/{vector_store_id}/file_batches`: all files or none; each is read by a job of its own. */
import { type BodyOf, vectorStores } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { touchStore } from '../../../retrieval/activity.ts';
import { implement } from '../../handler.ts';
import { type Attachment, attachFiles } from '../attach-files.ts';
import { findFileBatch, findLiveStore } from '../find-store.ts';
import { toFileBatch } from './to-file-batch.ts';

const { create } = vectorStores.fileBatches;

function readFiles(body: BodyOf<typeof create>): Attachment[] {
  const { file_ids: fileIds, files, chunking_strategy: chunking, attributes } = body;
  if (fileIds === undefined && files === undefined) throw errors.missingParameter('file_ids');
  if (files === undefined) {
    const shared = { chunking, attributes, chunkingParam: 'chunking_strategy' };
    return (fileIds ?? []).map((fileId, index) => ({ fileId, fileParam: `file_ids[${index}]`, ...shared }));
  }
  for (const name of ['file_ids', 'chunking_strategy', 'attributes'] as const) {
    if (body[name] !== undefined) {
      throw errors.unsupportedParameter(name, "Beside 'files', each file has its own.");
    }
  }
  return files.map((file, index) => ({
    fileId: file.file_id,
    fileParam: `files[${index}].file_id`,
    chunking: file.chunking_strategy,
    attributes: file.attributes,
    chunkingParam: `files[${index}].chunking_strategy`,
  }));
}

export default implement(create, ({ repositories, clock, ids }) => async ({ params, body }, { principal }) => {
  const storeId = params.vector_store_id;
  const files = readFiles(body);
  const now = clock.now();
  const id = ids('vsfb_');
  return repositories.forProject(principal.projectId).transaction(async (inside) => {
    const store = await findLiveStore(inside, storeId, now);
    await inside.vectorStores.createBatch({ id, storeId, createdAt: now });
    await attachFiles(inside, { storeId, batchId: id, now, apiKeyId: principal.apiKeyId }, files);
    await touchStore(inside, store, now);
    return toFileBatch(await findFileBatch(inside, storeId, id));
  });
});
