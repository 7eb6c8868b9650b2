/**
 * Converts the chunks of an answer to events of the language-model door: one token event per chunk or per log
 * probability. Pure except for the state of one answer. Invariant: the last usage that the upstream sends counts.
 */
import type { GenerateEvent, GenerateUsage, TokenLogprob, ToolCallDelta } from '../language-model.ts';
import { CallReader } from './call-reader.ts';
import type { Chunk, ChunkChoice, ChunkEnd } from './chunk.ts';
import { readLogprobs } from './logprobs.ts';
import { WireError } from './wire-value.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface AnswerReader {
  /** The token events of a chunk. @throws WireError */
  read(chunk: Chunk): TokenEvent[];
  /**
   * Ends the answer. `isEnded`: the upstream ended the stream properly, so the answer is complete even without a
   * reason. Returns undefined if the answer was interrupted. @throws WireError for malformed calls.
   */
  end(isEnded: boolean): { reason: ChunkEnd; tokens: TokenEvent[] } | undefined;
  readonly usage: GenerateUsage | undefined;
  /** Whether any text, thought or call has arrived. */
  readonly hasContent: boolean;
  /** Whether the answer has ended although the upstream may send more. */
  readonly isDone: boolean;
}

export interface AnswerReaderOptions {
  /** Requested alternatives per log probability; undefined = no log probabilities. */
  topLogprobs?: number | undefined;
  /** Whether the answer may have several calls; if not, it ends when the second one starts. */
  severalCalls: boolean;
}

export function createAnswerReader({ topLogprobs, severalCalls }: AnswerReaderOptions): AnswerReader {
  let usage: GenerateUsage | undefined;
  let reason: ChunkEnd | undefined;
  let isDone = false;
  let hasChoice = false;
  let hasText = false;
  let hasContent = false;
  const calls = new CallReader(severalCalls);

  const readChoice = (choice: ChunkChoice): TokenEvent[] => {
    hasChoice = true;
    // Some servers repeat the complete message at the end of a stream.
    const isRepeated = choice.isWhole && hasContent;
    if (choice.end !== undefined && (reason === undefined || choice.end !== 'stop')) reason = choice.end;
    if (isRepeated) return [];
    const { text, hasThought, thoughtText } = choice;
    const deltas = calls.read(choice.calls);
    isDone = !severalCalls && calls.hasNext;
    hasText ||= text !== '';
    hasContent ||= text !== '' || hasThought || calls.hasCalls;
    const thoughts: TokenEvent[] = hasThought
      ? [{ type: 'token', text: '', thought: true, ...(thoughtText === '' ? {} : { thoughtText }) }]
      : [];
    const known = topLogprobs === undefined ? [] : readLogprobs(choice.logprobs, topLogprobs);
    if (known.length > 0) return [...thoughts, ...toTokens(text, known, deltas)];
    if (text === '' && deltas.length === 0) return thoughts;
    return [...thoughts, { type: 'token', text, ...(deltas.length === 0 ? {} : { calls: deltas }) }];
  };

  return {
    read(chunk) {
      usage = chunk.usage ?? usage;
      return chunk.choice === undefined || isDone ? [] : readChoice(chunk.choice);
    },
    end(isEnded) {
      if (isDone) reason = 'tool_calls';
      if (reason === undefined && (!isEnded || !hasChoice)) return undefined;
      const isCut = reason === 'length' || reason === 'content_filter';
      const deltas = calls.end(isCut);
      const tokens: TokenEvent[] = deltas.length === 0 ? [] : [{ type: 'token', text: '', calls: deltas }];
      if (isCut) return { reason: reason as ChunkEnd, tokens };
      if (reason === 'tool_calls' && !calls.hasCalls && !hasText) {
        throw new WireError('it ended its answer for calls and sent none.');
      }
      // Some servers end a required call with `stop`.
      return { reason: calls.hasCalls ? 'tool_calls' : 'stop', tokens };
    },
    get usage() {
      return usage;
    },
    get hasContent() {
      return hasContent;
    },
    get isDone() {
      return isDone;
    },
  };
}

/** One event per log probability. Each has its own text if the tokens' texts add up to the text of the chunk. */
function toTokens(text: string, logprobs: readonly TokenLogprob[], calls: readonly ToolCallDelta[]): TokenEvent[] {
  const isSplit = logprobs.length > 1 && logprobs.map(({ token }) => token).join('') === text;
  return logprobs.map((logprob, index) => ({
    type: 'token',
    text: isSplit ? logprob.token : index === 0 ? text : '',
    ...(index === 0 && calls.length > 0 ? { calls } : {}),
    logprob,
  }));
}
