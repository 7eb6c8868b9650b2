/** `POST /chat/completions`: translates generation events to chunks, or folds them into one completion. */
import { type BodyOf, chat } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import {
  type GenerationEvent,
  type GenerationOptions,
  type GenerationRequest,
  generate,
} from '../../../generation/generate.ts';
import { toFormat } from '../../../generation/request/format.ts';
import { findIgnoredHints, toAnswerHints } from '../../../generation/request/hints.ts';
import { toSampling } from '../../../generation/request/sampling.ts';
import { customNames } from '../../../generation/request/tools.ts';
import { later } from '../../../lib/async-iterables.ts';
import { toSeconds } from '../../../lib/clock.ts';
import { defined } from '../../../lib/defined.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { Context } from '../../../operations/context.ts';
import { implement } from '../../handler.ts';
import { FORMAT_PARAMS, toRequestedFormat } from '../../nested-params.ts';
import { obfuscated } from '../../obfuscation.ts';
import type { Services } from '../../services.ts';
import { type StreamOptions, toStreamOptions } from '../../stream-options.ts';
import { type AnswerHead, type CallOptions, toChunks, toCompletion } from './answer.ts';
import { toTopLogprobs } from './logprobs.ts';
import { transcribeMessages } from './message-audio.ts';
import { readMessageFiles } from './message-files.ts';
import { toLanguageModelMessages } from './messages.ts';
import { refuseUnserved } from './served.ts';
import { storeCompletion, whenComplete } from './store.ts';
import { toChatToolUse, toRequestedTools } from './tools.ts';

type Body = BodyOf<typeof chat.completions.create>;

export default implement(chat.completions.create, (services) => (input, context) => {
  const { body } = input;
  if (body.stream === true) return stream(services, body, context);
  return complete(services, body, context);
});

async function complete(services: Services, body: Body, context: Context) {
  const { request, head, calls } = await prepare(services, body, context);
  const logprobs = request.topLogprobs !== undefined;
  const events = generate(request, { ...withHints(body, context), whole: true });
  const completion = await toCompletion(events, { head, context, logprobs, ...calls });
  if (body.store === true) await storeCompletion(services, body, { completion, context });
  return completion;
}

function stream(services: Services, body: Body, context: Context) {
  return later(() => open(services, body, context));
}

async function open(services: Services, body: Body, context: Context) {
  const { request, head, calls, options } = await prepare(services, body, context);
  const { includeUsage, obfuscate } = options;
  const store = async (events: readonly GenerationEvent[]) => {
    const logprobs = request.topLogprobs !== undefined;
    const completion = await toCompletion(events, { head, context, logprobs, ...calls });
    await storeCompletion(services, body, { completion, context });
  };
  const generated = generate(request, withHints(body, context));
  const events = body.store === true ? whenComplete(generated, store) : generated;
  const chunks = toChunks(events, { head, context, includeUsage, ...calls });
  return obfuscate ? obfuscated(chunks) : chunks;
}

function withHints({ prompt_cache_key, user }: Body, { signal, priority, ignore }: Context): GenerationOptions {
  const hints = defined({ promptCacheKey: prompt_cache_key ?? undefined, user });
  return { signal, priority, hints, onIgnored: ignore };
}

interface Prepared {
  request: GenerationRequest;
  head: AnswerHead;
  calls: CallOptions;
  options: StreamOptions;
}

async function prepare(services: Services, body: Body, context: Context): Promise<Prepared> {
  const { models, ids, clock } = services;
  refuseUnserved(body);
  const maxTokens = toMaxTokens(body);
  const options = toStreamOptions(body);
  const model = await models.languageModel(body.model);
  const heard = await transcribeMessages(services, body.messages, { model, context });
  const messages = toLanguageModelMessages(await readMessageFiles(services, heard, context));
  const hints = { ...body, reasoningEffort: body.reasoning_effort };
  for (const name of findIgnoredHints(hints, model)) context.ignore(name);
  const requestedFormat = toRequestedFormat(body.response_format);
  const format = toFormat({ format: requestedFormat, messages: body.messages }, model, FORMAT_PARAMS);
  const tools = toChatToolUse(body, model);
  const topLogprobs = toTopLogprobs(body, model);
  const request: GenerationRequest = {
    model,
    messages,
    sampling: toSampling(body, model),
    ...toAnswerHints(hints, model),
    ...defined({ maxTokens, format, tools, topLogprobs }),
    stop: [body.stop ?? []].flat(),
    choices: body.n ?? 1,
  };
  const created = toSeconds(clock.now());
  const calls = tools === undefined ? 'none' : body.functions === undefined ? 'tools' : 'function';
  return {
    request,
    head: {
      id: ids('chatcmpl-'),
      created,
      model: model.modelId,
      system_fingerprint: model.fingerprint,
      ...(typeof body.service_tier === 'string' ? { service_tier: 'default' } : {}),
    },
    options,
    calls: { calls, customs: customNames(toRequestedTools(body)), toCallId: createCallIds(ids) },
  };
}

/** Returns the same id each time for the same call. */
function createCallIds(ids: IdSource): CallOptions['toCallId'] {
  const known = new Map<string, string>();
  return (choice, call) => {
    const key = `${choice}.${call}`;
    const id = known.get(key) ?? ids('call_');
    known.set(key, id);
    return id;
  };
}

function toMaxTokens({ max_completion_tokens, max_tokens }: Body): number | undefined {
  if (typeof max_tokens === 'number' && typeof max_completion_tokens === 'number') {
    throw errors.invalidValue(
      'max_tokens',
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    );
  }
  return max_completion_tokens ?? max_tokens ?? undefined;
}
