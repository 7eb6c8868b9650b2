/** Token ids that were made for a hosted model → the text they stand for, which the model that stands in for it can read. */
import type { EmbedRequest } from '../../engines/embedding-model.ts';
import { decodeTokens } from '../../engines/tokens/hosted-tokens.ts';
import { WELL_KNOWN_MODELS } from '../../engines/well-known-models.ts';
import { isTokens } from './inputs.ts';

/** `asked`: the id in the request; `modelId`: the model that answers for it. Throws as `decodeTokens` does. */
export async function readHostedTokens(
  request: EmbedRequest,
  { asked, modelId }: { asked: string; modelId: string },
): Promise<EmbedRequest> {
  const { inputs, nameInput } = request;
  const isHosted = asked !== modelId && WELL_KNOWN_MODELS.embedding.has(asked);
  // All inputs of a request are of one kind.
  return isHosted && inputs.every(isTokens) ? { inputs: await decodeTokens(inputs, nameInput), nameInput } : request;
}
