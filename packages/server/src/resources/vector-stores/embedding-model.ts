/** Which model embeds for a store: the one that its vectors are of, before its first vector the server's default. */
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import type { ModelRegistry } from '../../engines/registry.ts';
import { errors } from '../../errors/catalogue.ts';

/** A hosted model's name, for the answer while no model of the kind is here. */
const HOSTED_MODEL = 'text-embedding-3-small';

/** Throws `model_unavailable` while the default is missing, or when the store's own model is not here any more. */
export async function embeddingModelOf(
  models: ModelRegistry,
  store: { id: string; embeddingModel: string | null },
): Promise<EmbeddingModel> {
  const own = store.embeddingModel;
  const installed = models.list().filter(({ kind }) => kind === 'embedding');
  if (own === null) return models.embeddingModel(installed[0]?.id ?? HOSTED_MODEL);
  if (installed.some(({ id }) => id === own)) return models.embeddingModel(own);
  throw errors.modelUnavailable(
    `The vector store '${store.id}' was embedded with the model '${own}', which is not on this server. Bring that model back, or put the files into a new store.`,
    undefined,
  );
}
