/** `POST /completions`: translates generation events to chunks, or folds them into one completion. */
import { type BodyOf, completions } from '@selfsame/contract';
import type { LanguageModel } from '../../engines/language-model.ts';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { ContinuationGeneration } from '../../generation/generate.ts';
import { generateSeveral } from '../../generation/generate-several.ts';
import { requireFeature } from '../../generation/request/features.ts';
import { toSampling } from '../../generation/request/sampling.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { Context } from '../../operations/context.ts';
import { implement } from '../handler.ts';
import { obfuscated } from '../obfuscation.ts';
import type { Services } from '../services.ts';
import { type StreamOptions, toStreamOptions } from '../stream-options.ts';
import { type AnswerOptions, toChunks, toCompletion } from './answer.ts';
import { decodePromptTokens } from './decode-prompt-tokens.ts';
import { isTokens, type Prompt, toPrompts } from './prompts.ts';

type Body = BodyOf<typeof completions.create>;

const DEFAULT_MAX_TOKENS = 16;

export default implement(
  completions.create,
  (services) =>
    ({ body }, context) =>
      body.stream === true ? stream(services, body, context) : complete(services, body, context),
);

async function complete(services: Services, body: Body, context: Context) {
  const { requests, answer } = await prepare(services, body);
  return toCompletion(start(requests, body, context), { ...answer, context });
}

async function* stream(services: Services, body: Body, context: Context) {
  const { requests, answer, options } = await prepare(services, body);
  const { includeUsage, obfuscate } = options;
  const chunks = toChunks(start(requests, body, context), { ...answer, context, includeUsage });
  yield* obfuscate ? obfuscated(chunks) : chunks;
}

function start(requests: readonly ContinuationGeneration[], { user }: Body, { signal, priority }: Context) {
  const options = { signal, priority, ...(user === undefined ? {} : { hints: { user } }) };
  return generateSeveral(requests, options, (error, prompt) =>
    error instanceof ApiError && error.param === 'prompt' ? error.withParam(nameOf(requests, prompt)) : error,
  );
}

/** The name of a prompt in errors. */
function nameOf({ length }: readonly unknown[], index: number): string {
  return length === 1 ? 'prompt' : `prompt[${index}]`;
}

interface Prepared {
  requests: readonly ContinuationGeneration[];
  answer: Omit<AnswerOptions, 'context'>;
  options: StreamOptions;
}

async function prepare({ models, ids, clock }: Services, body: Body): Promise<Prepared> {
  const options = toStreamOptions(body);
  const given = toPrompts(body.prompt);
  const returned = body.n ?? 1;
  const choices = toCandidates(body, returned);
  const model = await models.languageModel(body.model);
  refuseUnable(model, body);
  const prompts = await decodePromptTokens(given, {
    asked: body.model,
    modelId: model.modelId,
    nameOf: (index) => nameOf(given, index),
  });
  const settings = {
    model,
    sampling: toSampling(body, model),
    maxTokens: body.max_tokens ?? DEFAULT_MAX_TOKENS,
    stop: [body.stop ?? []].flat(),
    choices,
    ...toTopLogprobs(body, model, choices > returned),
    ...toSuffix(body, model),
  };
  const requests = prompts.map((prompt) => ({
    ...settings,
    prompt,
    promptLogprobs: scoresPrompt(body, model, prompt),
  }));
  const created = toSeconds(clock.now());
  return {
    requests,
    options,
    answer: {
      head: { id: ids('cmpl-'), created, model: model.modelId, system_fingerprint: model.fingerprint },
      prompts,
      choices,
      returned,
      echo: body.echo === true,
      logprobs: typeof body.logprobs === 'number',
    },
  };
}

/** Number of choices to generate for each prompt. */
function toCandidates({ best_of, stream: streamed }: Body, returned: number): number {
  const candidates = best_of ?? returned;
  if (candidates < returned) {
    throw errors.invalidValue('best_of', `'best_of' must not be less than 'n', but got ${candidates} and ${returned}.`);
  }
  if (candidates > returned && streamed === true) {
    throw errors.invalidValue(
      'best_of',
      "The best of several choices cannot be streamed: leave out 'best_of' or 'stream'.",
    );
  }
  return candidates;
}

function refuseUnable({ modelId, capabilities: { features } }: LanguageModel, { model }: Body): void {
  if (features.includes('completion')) return;
  throw errors.unsupportedValue(
    'model',
    `The model '${model}'${model === modelId ? '' : ` ('${modelId}')`} only answers conversations; call POST /v1/chat/completions.`,
  );
}

function toTopLogprobs({ logprobs }: Body, model: LanguageModel, ranked: boolean): { topLogprobs?: number } {
  if (typeof logprobs === 'number') {
    requireFeature(model, 'logprobs', 'logprobs');
    return { topLogprobs: logprobs };
  }
  if (!ranked) return {};
  requireFeature(model, 'logprobs', 'best_of');
  return { topLogprobs: 0 };
}

function toSuffix({ suffix, echo, logprobs, max_tokens }: Body, model: LanguageModel): { suffix?: string } {
  if (suffix === undefined || suffix === null || suffix === '') return {};
  requireFeature(model, 'suffix', 'suffix');
  if (max_tokens === 0 || (echo === true && typeof logprobs === 'number')) {
    throw errors.invalidValue('suffix', "A prompt cannot be scored together with a 'suffix'.");
  }
  return { suffix };
}

/** Whether the prompt's own tokens are needed: for their log probabilities, or for their text. */
function scoresPrompt({ echo, logprobs, max_tokens }: Body, model: LanguageModel, prompt: Prompt): boolean {
  const echoed = echo === true && (typeof logprobs === 'number' || isTokens(prompt));
  if (echoed) requireFeature(model, 'prompt_logprobs', 'echo');
  if (max_tokens === 0) requireFeature(model, 'prompt_logprobs', 'max_tokens');
  return echoed || max_tokens === 0;
}
