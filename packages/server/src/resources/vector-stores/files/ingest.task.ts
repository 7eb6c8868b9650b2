/**
 * Ingests one file of a vector store: extracts its text, cuts it into chunks, embeds them and stores them. Nothing is
 * written before `finish`: a repeated attempt starts anew, and a search finds all chunks of a file or none.
 */
import { ApiError } from '../../../errors/api-error.ts';
import { type ExtractedText, ExtractionError, extractText } from '../../../extraction/extract.ts';
import { embedChunks } from '../../../retrieval/embed.ts';
import { embeddingModelOf } from '../../../retrieval/embedding-model.ts';
import { BlobMissingError } from '../../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import { type FileError, MAX_FILE_VECTORS, type NewChunk } from '../../../storage/repositories/vector-store-files.ts';
import { toUsageEvent } from '../../../tenancy/usage-event.ts';
import { defineTask } from '../../define-task.ts';
import { readParts } from '../../files/read-parts.ts';
import type { Services } from '../../services.ts';

/** With the pauses between attempts: about four minutes. */
const MAX_ATTEMPTS = 8;

interface Payload {
  storeId: string;
  fileId: string;
  /** The key that added the file to the store; the usage of the embeddings is recorded for it. */
  apiKeyId?: string | null;
}

/** A permanent failure of the file or the store, which another attempt cannot repair. */
class IngestionError extends Error {
  readonly failure: FileError;

  constructor(failure: FileError) {
    super(failure.message);
    this.failure = failure;
  }
}

async function extractFile(scope: ProjectRepositories, blobs: Services['blobs'], fileId: string, signal: AbortSignal) {
  const file = await scope.files.retrieve(fileId);
  if (file === undefined) {
    throw new IngestionError({ code: 'invalid_file', message: 'The file does not exist any more.' });
  }
  const { filename, contentType, bytes } = file;
  const parts = await scope.files.listBlobs(fileId);
  const open = () => readParts(blobs, parts, { start: 0, length: bytes });
  try {
    return await extractText({ filename, contentType, bytes, open }, { signal });
  } catch (error) {
    if (error instanceof BlobMissingError) {
      const message = `The stored content of file '${fileId}' is missing. Upload it again.`;
      throw new IngestionError({ code: 'server_error', message });
    }
    // Failures that the file does not cause are retried.
    if (!(error instanceof ExtractionError) || error.code === 'server_error') throw error;
    throw new IngestionError({ code: error.code, message: error.message });
  }
}

interface ChunkingOptions {
  store: { id: string; embeddingModel: string | null };
  maxTokens: number;
  overlapTokens: number;
  signal: AbortSignal;
}

async function createChunks(
  { models, textCutter }: Services,
  text: ExtractedText,
  { store, signal, ...tokens }: ChunkingOptions,
) {
  const model = await findModel(models, store);
  const cut = await textCutter.cut(text, model, { ...tokens, maxChunks: MAX_FILE_VECTORS, signal });
  const tooMany = () =>
    new IngestionError({ code: 'invalid_file', message: `The file has more than ${MAX_FILE_VECTORS} chunks.` });
  if (cut === undefined) throw tooMany();
  const { vectors, ...usage } = await embedChunks(
    model,
    cut.map(({ text: chunk }) => chunk),
    signal,
  );
  if (vectors.reduce((total, { length }) => total + length, 0) > MAX_FILE_VECTORS) throw tooMany();
  const chunks = cut.map(
    ({ page, ...chunk }, i): NewChunk => ({
      ...chunk,
      page: page ?? null,
      vectors: vectors[i] ?? [],
    }),
  );
  return { completion: { chunks, embeddingModel: model.modelId, warnings: text.warnings }, usage };
}

async function findModel(models: Services['models'], store: ChunkingOptions['store']) {
  try {
    return await embeddingModelOf(models, store);
  } catch (error) {
    // A model that is still being pulled will be available: the job is retried.
    const isTemporary = !(error instanceof ApiError) || error.headers?.['retry-after'] !== undefined;
    throw isTemporary ? error : new IngestionError({ code: 'server_error', message: error.message });
  }
}

export default defineTask<Payload>({
  name: 'vector-stores.files.ingest',
  queue: 'vector-stores',
  maxAttempts: MAX_ATTEMPTS,
  async run({ storeId, fileId, apiKeyId = null }, { jobId, signal, repositories, finish }, services) {
    const { blobs, clock } = services;
    const startedAt = clock.now();
    const ref = { storeId, id: fileId };
    const store = await repositories.vectorStores.retrieve(storeId);
    const file = await repositories.vectorStoreFiles.retrieve(ref);
    // The file was removed or cancelled, or another job ingests it.
    if (store === undefined || file?.status !== 'in_progress' || file.jobId !== jobId) return;
    try {
      const text = await extractFile(repositories, blobs, fileId, signal);
      const { chunkTokens: maxTokens, overlapTokens } = file;
      const { completion, usage } = await createChunks(services, text, { store, maxTokens, overlapTokens, signal });
      const work = { ...usage, apiKeyId, modelId: completion.embeddingModel, startedAt };
      const event = toUsageEvent(services, { operationId: 'vectorStores.files.create', ...work });
      await finish(async (tx) => {
        const isCompleted = await tx.vectorStoreFiles.complete(ref, jobId, completion);
        if (isCompleted && usage.requests > 0) await tx.usageEvents.insert(event);
      });
    } catch (error) {
      if (!(error instanceof IngestionError)) throw error;
      await finish((tx) => tx.vectorStoreFiles.fail(ref, jobId, error.failure));
    }
  },
  async onDead({ storeId, fileId }, tx, reason) {
    const file = await tx.vectorStoreFiles.retrieve({ storeId, id: fileId });
    if (file === undefined) return;
    const message = `The file could not be processed: ${reason}`;
    await tx.vectorStoreFiles.fail({ storeId, id: fileId }, file.jobId, { code: 'server_error', message });
  },
});
