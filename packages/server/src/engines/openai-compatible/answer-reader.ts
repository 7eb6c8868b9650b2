/**
 * Chunks of an answer → events of the language-model door: a chunk gives one token event, or one per log probability.
 * Pure except for the state of one answer. Invariant: the last usage that an upstream states counts.
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
   * Ends the answer. `isEnded`: the upstream ended it itself, so that it is whole although no reason was given.
   * @throws WireError where calls are broken; undefined where the answer was broken off.
   */
  end(isEnded: boolean): { reason: ChunkEnd; tokens: TokenEvent[] } | undefined;
  readonly usage: GenerateUsage | undefined;
  /** Whether there was any text, thought or call. */
  readonly hasContent: boolean;
  /** The answer is over although the upstream goes on. */
  readonly cut: boolean;
}

export interface AnswerReaderOptions {
  /** Alternatives that were asked for with each log probability; undefined = no log probabilities. */
  topLogprobs?: number | undefined;
  /** Whether the answer may have several calls; else it is over when the second begins. */
  severalCalls: boolean;
}

export function createAnswerReader({ topLogprobs, severalCalls }: AnswerReaderOptions): AnswerReader {
  let usage: GenerateUsage | undefined;
  let reason: ChunkEnd | undefined;
  let cut = false;
  let hasChoice = false;
  let hasText = false;
  let hasContent = false;
  const calls = new CallReader(severalCalls);

  const readChoice = (choice: ChunkChoice): TokenEvent[] => {
    hasChoice = true;
    // Some servers end a stream of pieces with the whole message.
    const isRepeated = choice.isWhole && hasContent;
    if (choice.end !== undefined && (reason === undefined || choice.end !== 'stop')) reason = choice.end;
    if (isRepeated) return [];
    const { text, hasThought } = choice;
    const deltas = calls.read(choice.calls);
    cut = !severalCalls && calls.hasNext;
    hasText ||= text !== '';
    hasContent ||= text !== '' || hasThought || calls.hasCalls;
    const thoughts: TokenEvent[] = hasThought ? [{ type: 'token', text: '', thought: true }] : [];
    const known = topLogprobs === undefined ? [] : readLogprobs(choice.logprobs, topLogprobs);
    if (known.length > 0) return [...thoughts, ...toTokens(text, known, deltas)];
    if (text === '' && deltas.length === 0) return thoughts;
    return [...thoughts, { type: 'token', text, ...(deltas.length === 0 ? {} : { calls: deltas }) }];
  };

  return {
    read(chunk) {
      usage = chunk.usage ?? usage;
      return chunk.choice === undefined || cut ? [] : readChoice(chunk.choice);
    },
    end(isEnded) {
      if (cut) reason = 'tool_calls';
      if (reason === undefined && (!isEnded || !hasChoice)) return undefined;
      const isCut = reason === 'length' || reason === 'content_filter';
      const deltas = calls.end(isCut);
      const tokens: TokenEvent[] = deltas.length === 0 ? [] : [{ type: 'token', text: '', calls: deltas }];
      if (isCut) return { reason: reason as ChunkEnd, tokens };
      if (reason === 'tool_calls' && !calls.hasCalls && !hasText) {
        throw new WireError('it ended its answer for calls and sent none.');
      }
      // A call that was required ends with `stop` at some.
      return { reason: calls.hasCalls ? 'tool_calls' : 'stop', tokens };
    },
    get usage() {
      return usage;
    },
    get hasContent() {
      return hasContent;
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
