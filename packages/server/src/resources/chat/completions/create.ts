/** `POST /chat/completions`: a translation of generation events, streamed as chunks or folded into one completion. */
import { type BodyOf, chat } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { type GenerationRequest, generate } from '../../../generation/generate.ts';
import { toSampling } from '../../../generation/sampling.ts';
import { type Context, implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { type AnswerHead, type CallOptions, toChunks, toCompletion } from './answer.ts';
import { toFormat, withFormat } from './format.ts';
import { toLanguageModelMessages } from './messages.ts';
import { refuseUnserved } from './served.ts';
import { toToolUse } from './tools.ts';

type Body = BodyOf<typeof chat.completions.create>;

export default implement(chat.completions.create, (services) => (input, context) => {
  const { body } = input;
  if (body.stream === true) return stream(services, body, context);
  return complete(services, body, context);
});

async function complete(services: Services, body: Body, context: Context) {
  const { request, head, calls } = await prepare(services, body);
  return toCompletion(generate(request, context), { head, context, ...calls });
}

async function* stream(services: Services, body: Body, context: Context) {
  const { request, head, calls } = await prepare(services, body);
  const includeUsage = body.stream_options?.include_usage === true;
  yield* toChunks(generate(request, context), { head, context, includeUsage, ...calls });
}

interface Prepared {
  request: GenerationRequest;
  head: AnswerHead;
  calls: CallOptions;
}

async function prepare({ models, ids, clock }: Services, body: Body): Promise<Prepared> {
  refuseUnserved(body);
  const messages = toLanguageModelMessages(body.messages);
  const maxTokens = toMaxTokens(body);
  if (body.stream_options !== undefined && body.stream_options !== null && body.stream !== true) {
    throw errors.invalidValue(
      'stream_options',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    );
  }
  const model = await models.languageModel(body.model);
  const format = toFormat(body, model);
  const tools = toToolUse(body, model);
  const request: GenerationRequest = {
    model,
    messages: withFormat(messages, tools === undefined || tools.choice === 'auto' ? format : undefined),
    sampling: toSampling(body, model),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
    ...(tools === undefined ? {} : { tools }),
    stop: [body.stop ?? []].flat(),
    choices: body.n ?? 1,
  };
  const created = Math.floor(clock.now() / 1000);
  const calls = tools === undefined ? 'none' : body.functions === undefined ? 'tools' : 'function';
  return {
    request,
    head: { id: ids('chatcmpl-'), created, model: model.modelId, system_fingerprint: model.fingerprint },
    calls: { calls, toCallId: () => ids('call_') },
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
