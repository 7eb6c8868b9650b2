/**
 * Converts a request of the language-model door to the JSON of a type of upstream: always a stream, with usage at its
 * end. Pure. Invariant: parameters that the client did not send are not sent, so that the upstream's defaults apply.
 */

import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import type {
  ContinuationRequest,
  ConversationRequest,
  GenerateRequest,
  InputType,
  LanguageModelMessage,
  RoutingHints,
  Sampling,
} from '../language-model.ts';
import { refuseParts } from '../message-content.ts';
import { MODEL_KIND_FACTS } from '../model-kinds.ts';
import type { UpstreamType } from './options.ts';

interface Target {
  type: UpstreamType;
  /** The upstream's id. */
  model: string;
  hints?: RoutingHints | undefined;
}

type Json = Record<string, unknown>;

/** Content parts that are sent to an upstream. The upstream refuses images if its model has no vision. */
export const ACCEPTED_INPUTS: readonly InputType[] = ['image'];

export function toRequest(request: GenerateRequest, target: Target): { path: string; body: string } {
  return request.prompt === undefined
    ? { path: MODEL_KIND_FACTS.chat.upstreamPath, body: JSON.stringify(toChatBody(request, target)) }
    : { path: '/completions', body: JSON.stringify(toCompletionBody(request, target)) };
}

export function toChatBody(request: ConversationRequest, target: Target): Json {
  const { messages, maxTokens, topLogprobs } = request;
  refuseParts(messages, ACCEPTED_INPUTS);
  const limit = target.type === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...toCommon(request, target),
    messages: messages.map((message) => toWireMessage(message, target.type)),
    ...(maxTokens === undefined ? {} : { [limit]: maxTokens }),
    ...(topLogprobs === undefined ? {} : { logprobs: true, ...toTop(topLogprobs) }),
    ...toFormat(request),
    ...toTools(request, target.type),
    ...request.hints,
  };
}

const toTop = (top: number): Json => (top === 0 ? {} : { top_logprobs: top });

/** Requests a completion up to the end of the context; elsewhere `max_tokens` defaults to 16. */
const UNLIMITED_TOKENS: Readonly<Partial<Record<UpstreamType, Json>>> = {
  vllm: { max_tokens: null },
  'llama-server': { max_tokens: -1 },
  ollama: {},
};

export function toCompletionBody(request: ContinuationRequest, target: Target): Json {
  const { prompt, suffix, maxTokens, topLogprobs, promptLogprobs } = request;
  if (promptLogprobs === true) {
    throw errors.unsupportedParameter(
      'echo',
      'The model answers upstream, and the log probabilities of a prompt do not come from there.',
    );
  }
  if (target.type === 'ollama' && typeof prompt !== 'string') {
    throw errors.unsupportedValue('prompt', 'The upstream of this model takes a text, and no token ids.');
  }
  const limit = maxTokens === undefined ? UNLIMITED_TOKENS[target.type] : { max_tokens: maxTokens };
  if (limit === undefined) throw errors.missingParameter('max_tokens');
  return {
    ...toCommon(request, target),
    prompt,
    ...limit,
    ...defined({ suffix, logprobs: topLogprobs }),
  };
}

/** Types that report usage with every event, so that truncated answers are counted too. */
const REPORTS_USAGE_PER_EVENT: ReadonlySet<UpstreamType> = new Set(['vllm', 'sglang']);

function toCommon({ sampling, stop }: GenerateRequest, { type, model, hints }: Target): Json {
  return {
    model,
    stream: true,
    stream_options: {
      include_usage: true,
      ...(REPORTS_USAGE_PER_EVENT.has(type) ? { continuous_usage_stats: true } : {}),
    },
    ...toSampling(sampling, type),
    ...defined({ stop }),
    ...toHints(hints, type),
  };
}

function toSampling(sampling: Sampling, type: UpstreamType): Json {
  const { temperature, topP, seed, frequencyPenalty, presencePenalty, logitBias } = sampling;
  // Some models of OpenAI refuse both parameters. 1 is their default, so it is not sent.
  const isSent = (value: number | undefined) => value !== undefined && !(type === 'openai' && value === 1);
  return {
    ...(isSent(temperature) ? { temperature } : {}),
    ...(isSent(topP) ? { top_p: topP } : {}),
    ...defined({ seed, frequency_penalty: frequencyPenalty, presence_penalty: presencePenalty }),
    ...(logitBias === undefined ? {} : { logit_bias: Object.fromEntries(logitBias) }),
  };
}

function toHints({ promptCacheKey, user }: RoutingHints = {}, type: UpstreamType): Json {
  return {
    ...defined({ user }),
    ...(promptCacheKey === undefined || type !== 'openai' ? {} : { prompt_cache_key: promptCacheKey }),
  };
}

/** Routers in front of several machines send the requests of a session or user to the same machine. */
export function toHintHeaders({ promptCacheKey, user }: RoutingHints = {}): Record<string, string> {
  const headers: Record<string, string> = {};
  if (promptCacheKey !== undefined) headers['x-session-id'] = encodeURIComponent(promptCacheKey);
  if (user !== undefined) headers['x-user-id'] = encodeURIComponent(user);
  return headers;
}

/** Chat templates of open models support the role `system` only. */
const SUPPORTS_DEVELOPER: ReadonlySet<UpstreamType> = new Set(['openai', 'other']);

function toWireContent(content: LanguageModelMessage['content']): string | Json[] {
  if (typeof content === 'string') return content;
  return content.map((part) => {
    if (part.type === 'image') return { type: 'image_url', image_url: defined({ url: part.url, detail: part.detail }) };
    return part;
  });
}

function toWireMessage({ role, content, name, toolCallId, toolCalls }: LanguageModelMessage, type: UpstreamType): Json {
  const calls = (toolCalls ?? []).map((call) => ({
    id: call.id,
    type: 'function',
    // Servers parse the arguments of earlier calls, and an empty text is not JSON.
    function: { name: call.name, arguments: call.arguments.trim() === '' ? '{}' : call.arguments },
  }));
  return {
    role: role === 'developer' && !SUPPORTS_DEVELOPER.has(type) ? 'system' : role,
    content: calls.length > 0 && content === '' ? null : toWireContent(content),
    ...(name === undefined || role === 'tool' ? {} : { name }),
    ...defined({ tool_call_id: toolCallId }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toFormat({ format }: ConversationRequest): Json {
  if (format === undefined) return {};
  if (format.type === 'json_object') return { response_format: { type: 'json_object' } };
  const { name = 'answer', description, schema, strict } = format;
  const json_schema = defined({ name, description, schema, strict });
  return { response_format: { type: 'json_schema', json_schema } };
}

function toTools({ tools, toolChoice = 'auto', parallelToolCalls }: ConversationRequest, type: UpstreamType): Json {
  if (tools === undefined) return {};
  if (type === 'ollama' && toolChoice !== 'auto') {
    throw errors.unsupportedValue(
      'tool_choice',
      "The upstream of this model only knows the tool choices 'auto' and 'none'.",
    );
  }
  return {
    tools: tools.map(({ name, description, parameters, strict }) => ({
      type: 'function',
      function: defined({ name, description, parameters, strict }),
    })),
    ...toToolChoice(toolChoice),
    ...defined({ parallel_tool_calls: parallelToolCalls }),
  };
}

/** `auto` is the default of every request with tools; vLLM refuses the value unless a start option allows it. */
function toToolChoice(choice: NonNullable<ConversationRequest['toolChoice']>): Json {
  if (choice === 'auto') return {};
  return { tool_choice: typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } } };
}
