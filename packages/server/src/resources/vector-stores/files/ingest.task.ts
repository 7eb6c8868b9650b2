/**
 * Reads a file for a store: its text, the chunks of it, their vectors and words. Nothing is written before `finish`, so that whenever it is
 * begun again it begins at the start, and a search finds all of a file or nothing.
 */
import { ApiError } from '../../../errors/api-error.ts';
import { type ExtractedText, ExtractionError, extractText } from '../../../extraction/extract.ts';
import { cutText } from '../../../retrieval/chunk/cut-text.ts';
import { embedChunks } from '../../../retrieval/embed.ts';
import { embeddingModelOf } from '../../../retrieval/embedding-model.ts';
import { BlobMissingError } from '../../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import { type FileFault, MAX_FILE_VECTORS, type NewChunk } from '../../../storage/repositories/vector-store-files.ts';
import { toUsageEvent } from '../../../tenancy/usage-event.ts';
import { defineTask } from '../../define-task.ts';
import { readParts } from '../../files/read-parts.ts';
import type { Services } from '../../services.ts';

/** About four minutes. */
const MOST_ATTEMPTS = 8;

interface Payload {
  storeId: string;
  fileId: string;
  /** The key with which the file was put into the store, whose usage the embeddings are. */
  apiKeyId?: string | null;
}

/** What is wrong with the file or the store, so that trying again cannot help. */
class Unreadable extends Error {
  readonly fault: FileFault;

  constructor(fault: FileFault) {
    super(fault.message);
    this.fault = fault;
  }
}

async function read(scope: ProjectRepositories, blobs: Services['blobs'], fileId: string, signal: AbortSignal) {
  const file = await scope.files.retrieve(fileId);
  if (file === undefined) throw new Unreadable({ code: 'invalid_file', message: 'The file does not exist any more.' });
  const { filename, contentType, bytes } = file;
  const parts = await scope.files.listBlobs(fileId);
  const open = () => readParts(blobs, parts, { start: 0, length: bytes });
  try {
    return await extractText({ filename, contentType, bytes, open }, { signal });
  } catch (error) {
    if (error instanceof BlobMissingError) {
      const message = `The stored content of file '${fileId}' is missing. Upload it again.`;
      throw new Unreadable({ code: 'server_error', message });
    }
    // What is not the file's fault is tried again.
    if (!(error instanceof ExtractionError) || error.code === 'server_error') throw error;
    throw new Unreadable({ code: error.code, message: error.message });
  }
}

interface Work {
  store: { id: string; embeddingModel: string | null };
  maxTokens: number;
  overlapTokens: number;
  signal: AbortSignal;
}

async function makeChunks(models: Services['models'], text: ExtractedText, { store, signal, ...tokens }: Work) {
  const model = await modelFor(models, store);
  const cut = await cutText(text, model, { ...tokens, mostChunks: MAX_FILE_VECTORS, signal });
  const tooMany = () =>
    new Unreadable({ code: 'invalid_file', message: `The file has more than ${MAX_FILE_VECTORS} chunks.` });
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

async function modelFor(models: Services['models'], store: Work['store']) {
  try {
    return await embeddingModelOf(models, store);
  } catch (error) {
    // One that is on its way is waited for.
    const comes = !(error instanceof ApiError) || error.headers?.['retry-after'] !== undefined;
    throw comes ? error : new Unreadable({ code: 'server_error', message: error.message });
  }
}

export default defineTask<Payload>({
  name: 'vector-stores.files.ingest',
  queue: 'vector-stores',
  maxAttempts: MOST_ATTEMPTS,
  async run({ storeId, fileId, apiKeyId = null }, { jobId, signal, repositories, finish }, services) {
    const { models, blobs, clock } = services;
    const startedAt = clock.now();
    const place = { storeId, id: fileId };
    const store = await repositories.vectorStores.retrieve(storeId);
    const file = await repositories.vectorStoreFiles.retrieve(place);
    // It was taken out, or begun anew by another job, or cancelled.
    if (store === undefined || file?.status !== 'in_progress' || file.jobId !== jobId) return;
    try {
      const text = await read(repositories, blobs, fileId, signal);
      const { chunkTokens: maxTokens, overlapTokens } = file;
      const { completion, usage } = await makeChunks(models, text, { store, maxTokens, overlapTokens, signal });
      const work = { ...usage, apiKeyId, modelId: completion.embeddingModel, startedAt };
      const event = toUsageEvent(services, { operationId: 'vectorStores.files.create', ...work });
      await finish(async (inside) => {
        const kept = await inside.vectorStoreFiles.complete(place, jobId, completion);
        if (kept && usage.requests > 0) await inside.usageEvents.insert(event);
      });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      await finish((inside) => inside.vectorStoreFiles.fail(place, jobId, error.fault));
    }
  },
  async onDead({ storeId, fileId }, inside, reason) {
    const file = await inside.vectorStoreFiles.retrieve({ storeId, id: fileId });
    if (file === undefined) return;
    const message = `The file could not be processed: ${reason}`;
    await inside.vectorStoreFiles.fail({ storeId, id: fileId }, file.jobId, { code: 'server_error', message });
  },
});
