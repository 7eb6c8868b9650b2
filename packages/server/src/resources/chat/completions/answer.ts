/**
 * Generation events → wire: chunks, or one completion, their fold. Pure except for reporting usage.
 * Invariants: the first chunk of a choice has the role, and null content if the choice starts with a call; the last
 * chunk has an empty delta and the finish reason; with `include_usage` every chunk has `usage`, null except in an extra
 * last chunk without choices.
 */
import type {
  ChatCompletionChoiceLogprobs,
  ChatCompletionChunk,
  CreateChatCompletionResponse,
} from '@selfsame/contract';
import type { TokenLogprob } from '../../../engines/language-model.ts';
import type { FinishReason, GenerationEvent } from '../../../generation/generate.ts';
import { type CallEvent, readCustomCalls, toInput } from '../../../generation/request/custom-calls.ts';
import type { Context } from '../../../operations/context.ts';
import { createUsageTally } from '../../completion-usage.ts';
import { toTokenLogprobs } from './logprobs.ts';

/** Fields of every chunk and of the completion. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string;
  /** Set if the request names a tier; this server has one. */
  service_tier?: 'default';
}

export interface CallOptions {
  /** The wire form of function calls; `none`: no functions. */
  calls: 'none' | 'tools' | 'function';
  /** Names of custom tools, whose calls have an input instead of arguments. */
  customs: ReadonlySet<string>;
  /** Returns the same id for the same call of the same choice. */
  toCallId: (choice: number, call: number) => string;
}

interface AnswerOptions extends CallOptions {
  head: AnswerHead;
  context: Pick<Context, 'meter'>;
}

type Delta = ChatCompletionChunk['choices'][number]['delta'];
type WireReason = ChatCompletionChunk['choices'][number]['finish_reason'];
/** Thoughts are counted, and are no part of an answer. */
type ChoiceEvent = Exclude<CallEvent, { type: 'start' | 'thought' }>;

export async function* toChunks(
  events: AsyncIterable<GenerationEvent>,
  { head, context, includeUsage, ...options }: AnswerOptions & { includeUsage: boolean },
): AsyncGenerator<ChatCompletionChunk> {
  const tally = createUsageTally(head.model, context);
  const begun = new Set<number>();
  const chunk = (
    index: number,
    delta: Delta,
    finish: WireReason = null,
    logprobs: ChatCompletionChoiceLogprobs = null,
  ): ChatCompletionChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index, delta, logprobs, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  const begin = (choice: number, content: '' | null) => {
    begun.add(choice);
    return chunk(choice, { role: 'assistant', content, refusal: null });
  };
  const read: AsyncIterable<CallEvent> = options.customs.size === 0 ? events : readCustomCalls(events, options.customs);
  for await (const event of read) {
    tally.count(event);
    if (event.type === 'start') {
      // If the answer may be a call, the content of the first chunk is not known yet.
      if (options.calls === 'none') yield begin(0, '');
      continue;
    }
    if (event.type === 'thought') continue;
    if (!begun.has(event.choice)) yield begin(event.choice, event.type === 'tool-call' ? null : '');
    if (event.type === 'finish') yield chunk(event.choice, {}, toWireReason(event.reason, options));
    else yield chunk(event.choice, toDelta(event, options), null, toLogprobs(event));
  }
  if (includeUsage) yield { ...head, object: 'chat.completion.chunk', choices: [], usage: tally.usage() };
}

function toLogprobs(event: ChoiceEvent): ChatCompletionChoiceLogprobs {
  if (event.type !== 'text' || event.logprobs === undefined) return null;
  return { content: toTokenLogprobs(event.logprobs), refusal: null };
}

function toDelta(event: Exclude<ChoiceEvent, { type: 'finish' }>, { calls, toCallId }: CallOptions): Delta {
  switch (event.type) {
    case 'text':
      return { content: event.text };
    case 'tool-call': {
      const begun = { name: event.name, arguments: '' };
      if (calls === 'function') return { function_call: begun };
      const call = { index: event.index, id: toCallId(event.choice, event.index) };
      if (event.custom) return { tool_calls: [{ ...call, type: 'custom', custom: { name: event.name, input: '' } }] };
      return { tool_calls: [{ ...call, type: 'function', function: begun }] };
    }
    case 'tool-arguments':
      if (calls === 'function') return { function_call: { arguments: event.text } };
      if (event.custom) return { tool_calls: [{ index: event.index, custom: { input: event.text } }] };
      return { tool_calls: [{ index: event.index, function: { arguments: event.text } }] };
  }
}

function toWireReason(reason: FinishReason, { calls }: CallOptions): NonNullable<WireReason> {
  return reason === 'tool_calls' && calls === 'function' ? 'function_call' : reason;
}

/** One choice so far. */
interface Answer {
  text: string;
  /** The tokens of the text, if the request asks for log probabilities. */
  tokens: TokenLogprob[];
  calls: { name: string; arguments: string }[];
  reason: FinishReason;
}

export async function toCompletion(
  events: AsyncIterable<GenerationEvent> | Iterable<GenerationEvent>,
  { head, context, logprobs, ...options }: AnswerOptions & { logprobs: boolean },
): Promise<CreateChatCompletionResponse> {
  const tally = createUsageTally(head.model, context);
  const answers = new Map<number, Answer>();
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'start' || event.type === 'thought') continue;
    const answer = answers.get(event.choice) ?? { text: '', tokens: [], calls: [], reason: 'stop' };
    answers.set(event.choice, answer);
    add(answer, event);
  }
  const choices = [...answers]
    .sort(([a], [b]) => a - b)
    .map(([index, answer]) => ({
      index,
      message: toMessage(answer, index, options),
      logprobs: logprobs ? { content: isSilent(answer) ? null : toTokenLogprobs(answer.tokens), refusal: null } : null,
      finish_reason: toWireReason(answer.reason, options),
    }));
  return { ...head, object: 'chat.completion', choices, usage: tally.usage() };
}

function add(answer: Answer, event: ChoiceEvent): void {
  if (event.type === 'text') {
    answer.text += event.text;
    answer.tokens.push(...(event.logprobs ?? []));
  } else if (event.type === 'tool-call') answer.calls[event.index] = { name: event.name, arguments: '' };
  else if (event.type === 'finish') answer.reason = event.reason;
  else {
    const call = answer.calls[event.index];
    if (call !== undefined) call.arguments += event.text;
  }
}

/** Whether the answer has calls and no text. */
function isSilent({ text, calls }: Answer): boolean {
  return text === '' && calls.length > 0;
}

function toMessage(answer: Answer, choice: number, options: CallOptions) {
  const { calls } = answer;
  const [first] = calls;
  const message = {
    role: 'assistant' as const,
    content: isSilent(answer) ? null : answer.text,
    refusal: null,
    annotations: [],
  };
  if (first === undefined) return message;
  if (options.calls === 'function') return { ...message, function_call: first };
  const tool_calls = calls.map((call, index) => {
    const id = options.toCallId(choice, index);
    if (!options.customs.has(call.name)) return { id, type: 'function' as const, function: call };
    return { id, type: 'custom' as const, custom: { name: call.name, input: toInput(call.arguments) } };
  });
  return { ...message, tool_calls };
}
