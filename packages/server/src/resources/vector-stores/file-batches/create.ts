/** `POST /vector_stores/{vector_store_id}/file_batches`: adds all files or none. One job per file ingests it. */
import { type BodyOf, vectorStores } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { touchStore } from '../../../retrieval/activity.ts';
import { implement } from '../../handler.ts';
import { type Attachment, attachFiles } from '../attach-files.ts';
import { findFileBatch, findLiveStore } from '../find-store.ts';
import { toFileBatch } from './to-file-batch.ts';

const { create } = vectorStores.fileBatches;

function toAttachments(body: BodyOf<typeof create>): Attachment[] {
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
  const files = toAttachments(body);
  const now = clock.now();
  const id = ids('vsfb_');
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const store = await findLiveStore(tx, storeId, now);
    await tx.vectorStores.createBatch({ id, storeId, createdAt: now });
    await attachFiles(tx, { storeId, batchId: id, now, apiKeyId: principal.apiKeyId }, files);
    await touchStore(tx, store, now);
    return toFileBatch(await findFileBatch(tx, storeId, id));
  });
});
