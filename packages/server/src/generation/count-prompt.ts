/** The number of tokens of a prompt that is not answered. */
import { type GenerationOptions, type GenerationRequest, generate } from './generate.ts';

/** @throws every error of the model, also for a prompt that exceeds its context. */
export async function countPrompt(
  request: Omit<GenerationRequest, 'maxTokens' | 'stop' | 'choices'>,
  options: GenerationOptions,
): Promise<number> {
  const least = { ...request, maxTokens: 1, stop: [], choices: 1 } as GenerationRequest;
  for await (const event of generate(least, options)) {
    // Leaving the loop stops the model before it answers.
    if (event.type === 'start') return event.promptTokens;
  }
  throw new Error('The model ended without a start event.');
}
