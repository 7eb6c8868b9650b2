/** Decodes token ids of a hosted model's vocabulary to text, for the local model that serves the hosted model's id. */
import { decodeTokens } from '../../engines/tokens/cl100k.ts';
import { WELL_KNOWN_MODELS } from '../../engines/well-known-models.ts';
import { errors } from '../../errors/catalogue.ts';
import { isTokens, type Prompt } from './prompts.ts';

/** The hosted models of this endpoint, whose vocabulary is cl100k_base. */
const KNOWN_VOCABULARY = new Set(['gpt-3.5-turbo-instruct', 'davinci-002', 'babbage-002']);

/**
 * `asked`: the id in the request; `modelId`: the model that serves it. Throws if the vocabulary of the ids is not
 * available: the local model would silently read other words.
 */
export async function decodePromptTokens(
  prompts: readonly Prompt[],
  { asked, modelId, nameOf }: { asked: string; modelId: string; nameOf: (index: number) => string },
): Promise<readonly Prompt[]> {
  // A request has either texts or token ids, never both.
  if (asked === modelId || !WELL_KNOWN_MODELS.chat.has(asked) || !prompts.every(isTokens)) return prompts;
  if (KNOWN_VOCABULARY.has(asked)) return await decodeTokens(prompts, nameOf);
  throw errors.unsupportedValue(
    'prompt',
    `Token ids for '${asked}' mean other words to '${modelId}', which stands for it here. Send text, or the token ids of '${modelId}' under its own name.`,
  );
}
