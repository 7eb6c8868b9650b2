/** Decodes token ids of a hosted model's vocabulary to text, for the local model that serves the hosted model's id. */
import type { EmbedRequest } from '../../engines/embedding-model.ts';
import { decodeTokens } from '../../engines/tokens/cl100k.ts';
import { WELL_KNOWN_MODELS } from '../../engines/well-known-models.ts';
import { isTokens } from './inputs.ts';

/** `requestedModel`: the id in the request; `modelId`: the model that serves it. Throws as `decodeTokens` does. */
export async function decodeInputTokens(
  request: EmbedRequest,
  { requestedModel, modelId }: { requestedModel: string; modelId: string },
): Promise<EmbedRequest> {
  const { inputs, nameInput } = request;
  const isHosted = requestedModel !== modelId && WELL_KNOWN_MODELS.embedding.has(requestedModel);
  // A request has either texts or token ids, never both.
  return isHosted && inputs.every(isTokens) ? { inputs: await decodeTokens(inputs, nameInput), nameInput } : request;
}
