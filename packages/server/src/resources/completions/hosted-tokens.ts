/** Token ids that were made for a hosted model → the text they stand for, which the model that stands in for it can read. */
import { decodeTokens } from '../../engines/tokens/hosted-tokens.ts';
import { WELL_KNOWN_MODELS } from '../../engines/well-known-models.ts';
import { errors } from '../../errors/catalogue.ts';
import { isTokens, type Prompt } from './prompts.ts';

/** The hosted models of this endpoint, whose vocabulary is cl100k_base. */
const KNOWN_VOCABULARY = new Set(['gpt-3.5-turbo-instruct', 'davinci-002', 'babbage-002']);

/**
 * `asked`: the id in the request; `modelId`: the model that answers for it. Throws where the ids are of a vocabulary that is not here:
 * they would be read as other words, and nobody would notice.
 */
export async function readHostedTokens(
  prompts: readonly Prompt[],
  { asked, modelId, nameOf }: { asked: string; modelId: string; nameOf: (index: number) => string },
): Promise<readonly Prompt[]> {
  // All prompts of a request are of one kind.
  if (asked === modelId || !WELL_KNOWN_MODELS.chat.has(asked) || !prompts.every(isTokens)) return prompts;
  if (KNOWN_VOCABULARY.has(asked)) return await decodeTokens(prompts, nameOf);
  throw errors.unsupportedValue(
    'prompt',
    `Token ids for '${asked}' mean other words to '${modelId}', which stands for it here. Send text, or the token ids of '${modelId}' under its own name.`,
  );
}
