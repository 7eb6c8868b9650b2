/**
 * Finds the embedding model of a store: the model of its vectors, or the default of the server while it has no vectors.
 */
import type { EmbeddingModel } from '../engines/embedding-model.ts';
import type { ModelRegistry } from '../engines/registry.ts';
import { errors } from '../errors/catalogue.ts';

/** A model name of the hosted service, for the error while no embedding model is installed. */
const HOSTED_MODEL = 'text-embedding-3-small';

/** Throws `model_unavailable` if there is no default, or if the model of the store is not installed. */
export async function embeddingModelOf(
  models: ModelRegistry,
  store: { id: string; embeddingModel: string | null },
): Promise<EmbeddingModel> {
  const modelId = store.embeddingModel;
  const installed = models.list().filter(({ kind }) => kind === 'embedding');
  if (modelId === null) return models.embeddingModel(installed[0]?.id ?? HOSTED_MODEL);
  if (installed.some(({ id }) => id === modelId)) return models.embeddingModel(modelId);
  throw errors.modelUnavailable(
    `The vector store '${store.id}' was embedded with the model '${modelId}', which is not on this server. Bring that model back, or put the files into a new store.`,
    undefined,
  );
}
