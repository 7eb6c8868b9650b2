/**
 * Events of a streamed answer → events of the language-model door: one chunk gives one token event, or one per log probability.
 * Pure but for what it remembers of the answer. Invariant: what it was told last of the usage counts.
 */
import type { GenerateEvent, GenerateUsage, TokenLogprob, ToolCallDelta } from '../language-model.ts';
import type { Chunk, ChunkToolCall, ChunkUsage } from './chunk.ts';
import { toLogprobs } from './logprobs.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;
type Reason = Extract<GenerateEvent, { type: 'finish' }>['reason'];

export interface AnswerReader {
  /** The token events of a chunk. */
  read(chunk: Chunk): TokenEvent[];
  readonly usage: GenerateUsage | undefined;
  /** Set once the answer's own end was told. */
  readonly reason: Reason | undefined;
  /** The answer is over although the upstream goes on. */
  readonly cut: boolean;
}

export interface AnswerReaderOptions {
  /** Whether log probabilities were asked for. */
  logprobs: boolean;
  /** Whether the answer may have several calls; else it is over when the second begins. */
  severalCalls: boolean;
}

export function createAnswerReader({ logprobs, severalCalls }: AnswerReaderOptions): AnswerReader {
  let usage: GenerateUsage | undefined;
  let reason: AnswerReader['reason'];
  let cut = false;
  const calls = createCallReader();

  const readChoice = (choice: NonNullable<Chunk['choices']>[number]): TokenEvent[] => {
    const { delta, finish_reason: end } = choice;
    const text = (delta === undefined ? choice.text : (delta.content ?? delta.refusal)) ?? '';
    const deltas = delta?.tool_calls?.map(calls.read) ?? [];
    if (!severalCalls && deltas.some(({ index }) => index > 0)) {
      reason = 'tool_calls';
      cut = true;
      return [];
    }
    if (end !== undefined && end !== null) reason = toReason(end, calls.any());
    const known = logprobs ? toLogprobs(choice) : [];
    if (known.length > 0) return toTokens(text, known, deltas);
    // A model that thinks first sends its thoughts beside the answer: they are tokens without text.
    const thought = delta?.reasoning_content ?? delta?.reasoning ?? '';
    if (text === '' && deltas.length === 0) return thought === '' ? [] : [{ type: 'token', text, thought: true }];
    return [deltas.length === 0 ? { type: 'token', text } : { type: 'token', text, calls: deltas }];
  };

  return {
    read(chunk) {
      if (chunk.usage !== undefined && chunk.usage !== null) usage = toUsage(chunk.usage);
      const choice = chunk.choices?.[0];
      return choice === undefined || cut ? [] : readChoice(choice);
    },
    get usage() {
      return usage;
    },
    get reason() {
      return reason;
    },
    get cut() {
      return cut;
    },
  };
}

/** One event per log probability; each has its own text where the texts of the tokens make up the text of the chunk. */
function toTokens(text: string, logprobs: readonly TokenLogprob[], calls: readonly ToolCallDelta[]): TokenEvent[] {
  const own = logprobs.length > 1 && logprobs.map(({ token }) => token).join('') === text;
  return logprobs.map((logprob, index) => ({
    type: 'token',
    text: own ? logprob.token : index === 0 ? text : '',
    ...(index === 0 && calls.length > 0 ? { calls } : {}),
    logprob,
  }));
}

function toReason(end: string, called: boolean): NonNullable<AnswerReader['reason']> {
  if (end === 'content_filter') return end;
  if (end === 'length') return end;
  // A call that was required ends with `stop` at some.
  return called || end === 'tool_calls' || end === 'function_call' ? 'tool_calls' : 'stop';
}

function toUsage({ prompt_tokens = 0, completion_tokens, prompt_tokens_details: details }: ChunkUsage): GenerateUsage {
  return {
    promptTokens: prompt_tokens,
    cachedTokens: details?.cached_tokens ?? 0,
    completionTokens: completion_tokens ?? 0,
  };
}

/** Some number their calls, some only name them. */
function createCallReader() {
  const ids: (string | undefined)[] = [];
  const named = new Set<number>();
  const indexOf = ({ index, id, function: called }: ChunkToolCall): number => {
    if (index !== undefined && index !== null) return index;
    const begins = id === undefined || id === null ? called?.name !== undefined : id !== ids.at(-1);
    if (begins || ids.length === 0) ids.push(id ?? undefined);
    return ids.length - 1;
  };
  return {
    any: () => named.size > 0,
    read(call: ChunkToolCall): ToolCallDelta {
      const index = indexOf(call);
      const { name, arguments: text } = call.function ?? {};
      const isFirst = name !== undefined && name !== null && name !== '' && !named.has(index);
      if (isFirst) named.add(index);
      return { index, ...(isFirst ? { name } : {}), arguments: text ?? '' };
    },
  };
}
