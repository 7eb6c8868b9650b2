/** `POST /embeddings`: returns the vectors of texts in order, in the requested encoding. */
import { type BodyOf, embeddings } from '@selfsame/contract';
import type { Context } from '../../operations/context.ts';
import { implement } from '../handler.ts';
import type { Services } from '../services.ts';
import { decodeInputTokens } from './decode-input-tokens.ts';
import { toEmbedRequest } from './inputs.ts';
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
  const request = await decodeInputTokens(toEmbedRequest(input), { requestedModel: body.model, modelId });
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
