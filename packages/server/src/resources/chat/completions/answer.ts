/**
 * Generation events → wire: chunks, or the one completion that is their fold. Pure but for reporting usage.
 * Invariants: the first chunk of a choice carries the role, the last an empty delta and the finish reason; with `include_usage` every
 * chunk has `usage`, null but in the one extra chunk without choices that ends the stream.
 */
import type { ChatCompletionChunk, CreateChatCompletionResponse } from '@selfsame/contract';
import type { FinishReason, GenerationEvent } from '../../../generation/generate.ts';
import type { Context } from '../../handler.ts';

/** What every chunk and the completion share. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string;
}

interface AnswerOptions {
  head: AnswerHead;
  context: Pick<Context, 'meter'>;
}

type Usage = NonNullable<CreateChatCompletionResponse['usage']>;
type Delta = ChatCompletionChunk['choices'][number]['delta'];

export async function* toChunks(
  events: AsyncIterable<GenerationEvent>,
  { head, context, includeUsage }: AnswerOptions & { includeUsage: boolean },
): AsyncGenerator<ChatCompletionChunk> {
  const tally = createTally(head, context);
  const begun = new Set<number>();
  const chunk = (index: number, delta: Delta, finish: FinishReason | null = null): ChatCompletionChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'start') {
      begun.add(0);
      yield chunk(0, { role: 'assistant', content: '', refusal: null });
      continue;
    }
    if (!begun.has(event.choice)) {
      begun.add(event.choice);
      yield chunk(event.choice, { role: 'assistant', content: '', refusal: null });
    }
    if (event.type === 'text') yield chunk(event.choice, { content: event.text });
    else yield chunk(event.choice, {}, event.reason);
  }
  if (includeUsage) yield { ...head, object: 'chat.completion.chunk', choices: [], usage: tally.usage() };
}

export async function toCompletion(
  events: AsyncIterable<GenerationEvent>,
  { head, context }: AnswerOptions,
): Promise<CreateChatCompletionResponse> {
  const tally = createTally(head, context);
  const texts = new Map<number, string>();
  const reasons = new Map<number, FinishReason>();
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'text') texts.set(event.choice, (texts.get(event.choice) ?? '') + event.text);
    else if (event.type === 'finish') reasons.set(event.choice, event.reason);
  }
  const choices = [...reasons]
    .sort(([a], [b]) => a - b)
    .map(([index, finish_reason]) => ({
      index,
      message: { role: 'assistant' as const, content: texts.get(index) ?? '', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason,
    }));
  return { ...head, object: 'chat.completion', choices, usage: tally.usage() };
}

interface Tally {
  count(event: GenerationEvent): void;
  usage(): Usage;
}

/** Adds up tokens and reports them as they come, so that a caller who leaves is still metered for what was generated. */
function createTally(head: AnswerHead, context: Pick<Context, 'meter'>): Tally {
  let inputTokens = 0;
  let cachedInputTokens = 0;
  let outputTokens = 0;
  const byChoice = new Map<number, number>();
  return {
    count(event) {
      if (event.type === 'start') {
        inputTokens = event.promptTokens;
        cachedInputTokens = event.cachedTokens;
      } else {
        outputTokens += event.completionTokens - (byChoice.get(event.choice) ?? 0);
        byChoice.set(event.choice, event.completionTokens);
      }
      context.meter({ modelId: head.model, inputTokens, outputTokens, cachedInputTokens });
    },
    usage: () => ({
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      prompt_tokens_details: { cached_tokens: cachedInputTokens, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    }),
  };
}
