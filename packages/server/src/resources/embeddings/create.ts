/** `POST /embeddings`: vectors of texts, in the order and the form asked for. */
import { type BodyOf, embeddings } from '@selfsame/contract';
import { WELL_KNOWN_MODELS } from '../../engines/well-known-models.ts';
import { errors } from '../../errors/catalogue.ts';
import { type Context, implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { isTokens, toEmbedRequest } from './inputs.ts';
import { checkDimensions, encode, shorten } from './vectors.ts';

type Body = BodyOf<typeof embeddings.create>;

export default implement(
  embeddings.create,
  (services) =>
    ({ body }, context) =>
      create(services, body, context),
);

async function create({ models }: Services, body: Body, { signal, priority, meter }: Context) {
  const { input, dimensions, encoding_format: format = 'float' } = body;
  const model = await models.embeddingModel(body.model);
  const { modelId, capabilities } = model;
  checkDimensions(dimensions, { modelId, dimensions: capabilities.dimensions });
  const request = toEmbedRequest(input);
  if (request.inputs.some(isTokens)) refuseForeignTokens(body.model, modelId);
  const { vectors, inputTokens } = await model.doEmbed(request, { signal, priority });
  meter({ modelId, inputTokens, outputTokens: 0, cachedInputTokens: 0 });
  return {
    object: 'list' as const,
    data: vectors.map((vector, index) => ({
      object: 'embedding' as const,
      index,
      embedding: encode(shorten(vector, dimensions), format),
    })),
    model: modelId,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  };
}

/** Ids that were made for a hosted model would be read as other words here, and nobody would notice. */
function refuseForeignTokens(asked: string, modelId: string): void {
  if (asked === modelId || !WELL_KNOWN_MODELS.embedding.has(asked)) return;
  throw errors.unsupportedValue(
    'input',
    `Token ids for '${asked}' mean other words to '${modelId}', which stands for it here. Send text, or the token ids of '${modelId}' under its own name.`,
  );
}
