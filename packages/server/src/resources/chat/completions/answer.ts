/**
 * Generation events → wire: chunks, or the one completion that is their fold. Pure but for reporting usage.
 * Invariants: the first chunk of a choice carries the role, and null for a content when it begins with a call; the last an empty delta
 * and the finish reason; with `include_usage` every chunk has `usage`, null but in the one extra chunk without choices at the end.
 */
import type { ChatCompletionChunk, CreateChatCompletionResponse } from '@selfsame/contract';
import type { FinishReason, GenerationEvent } from '../../../generation/generate.ts';
import { createUsageTally } from '../../completion-usage.ts';
import type { Context } from '../../handler.ts';

/** What every chunk and the completion share. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string;
}

export interface CallOptions {
  /** What calls of functions are answered as; `none` = there are none. */
  calls: 'none' | 'tools' | 'function';
  toCallId: () => string;
}

interface AnswerOptions extends CallOptions {
  head: AnswerHead;
  context: Pick<Context, 'meter'>;
}

type Delta = ChatCompletionChunk['choices'][number]['delta'];
type WireReason = ChatCompletionChunk['choices'][number]['finish_reason'];
type ChoiceEvent = Exclude<GenerationEvent, { type: 'start' }>;

export async function* toChunks(
  events: AsyncIterable<GenerationEvent>,
  { head, context, includeUsage, ...options }: AnswerOptions & { includeUsage: boolean },
): AsyncGenerator<ChatCompletionChunk> {
  const tally = createUsageTally(head.model, context);
  const begun = new Set<number>();
  const chunk = (index: number, delta: Delta, finish: WireReason = null): ChatCompletionChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  const begin = (choice: number, content: '' | null) => {
    begun.add(choice);
    return chunk(choice, { role: 'assistant', content, refusal: null });
  };
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'start') {
      // Where the answer may be a call, what the first chunk says of the content is not known yet.
      if (options.calls === 'none') yield begin(0, '');
      continue;
    }
    if (!begun.has(event.choice)) yield begin(event.choice, event.type === 'tool-call' ? null : '');
    if (event.type === 'finish') yield chunk(event.choice, {}, toWireReason(event.reason, options));
    else yield chunk(event.choice, toDelta(event, options));
  }
  if (includeUsage) yield { ...head, object: 'chat.completion.chunk', choices: [], usage: tally.usage() };
}

function toDelta(event: Exclude<ChoiceEvent, { type: 'finish' }>, { calls, toCallId }: CallOptions): Delta {
  switch (event.type) {
    case 'text':
      return { content: event.text };
    case 'tool-call': {
      const begun = { name: event.name, arguments: '' };
      if (calls === 'function') return { function_call: begun };
      return { tool_calls: [{ index: event.index, id: toCallId(), type: 'function', function: begun }] };
    }
    case 'tool-arguments':
      if (calls === 'function') return { function_call: { arguments: event.text } };
      return { tool_calls: [{ index: event.index, function: { arguments: event.text } }] };
  }
}

function toWireReason(reason: FinishReason, { calls }: CallOptions): NonNullable<WireReason> {
  return reason === 'tool_calls' && calls === 'function' ? 'function_call' : reason;
}

/** What has come of one choice. */
interface Answer {
  text: string;
  calls: { name: string; arguments: string }[];
  reason: FinishReason;
}

export async function toCompletion(
  events: AsyncIterable<GenerationEvent>,
  { head, context, ...options }: AnswerOptions,
): Promise<CreateChatCompletionResponse> {
  const tally = createUsageTally(head.model, context);
  const answers = new Map<number, Answer>();
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'start') continue;
    const answer = answers.get(event.choice) ?? { text: '', calls: [], reason: 'stop' };
    answers.set(event.choice, answer);
    add(answer, event);
  }
  const choices = [...answers]
    .sort(([a], [b]) => a - b)
    .map(([index, answer]) => ({
      index,
      message: toMessage(answer, options),
      logprobs: null,
      finish_reason: toWireReason(answer.reason, options),
    }));
  return { ...head, object: 'chat.completion', choices, usage: tally.usage() };
}

function add(answer: Answer, event: ChoiceEvent): void {
  if (event.type === 'text') answer.text += event.text;
  else if (event.type === 'tool-call') answer.calls[event.index] = { name: event.name, arguments: '' };
  else if (event.type === 'finish') answer.reason = event.reason;
  else {
    const call = answer.calls[event.index];
    if (call !== undefined) call.arguments += event.text;
  }
}

function toMessage({ text, calls }: Answer, options: CallOptions) {
  const [first] = calls;
  const message = {
    role: 'assistant' as const,
    content: first !== undefined && text === '' ? null : text,
    refusal: null,
    annotations: [],
  };
  if (first === undefined) return message;
  if (options.calls === 'function') return { ...message, function_call: first };
  const tool_calls = calls.map((call) => ({ id: options.toCallId(), type: 'function' as const, function: call }));
  return { ...message, tool_calls };
}
