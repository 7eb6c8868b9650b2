/**
 * Generation events → wire: chunks, or one completion, their fold. Pure except for reporting usage.
 * Invariants: a choice ends with an empty text and its finish reason; with `include_usage` every chunk has `usage`,
 * null except in an extra last chunk without choices.
 */
import type { CompletionChunk, CompletionLogprobs, CreateCompletionResponse } from '@selfsame/contract';
import type { PromptEvent } from '../../generation/generate-several.ts';
import type { Context } from '../../operations/context.ts';
import { createUsageTally } from '../completion-usage.ts';
import { type Candidate, pickBest } from './best-of.ts';
import { countCharacters, createLogprobsWriter, extend } from './logprobs.ts';
import { type Piece, type PieceOptions, toPieces } from './pieces.ts';

export interface AnswerOptions extends PieceOptions {
  /** Fields of every chunk and of the completion. */
  head: { id: string; created: number; model: string; system_fingerprint: string };
  context: Pick<Context, 'meter'>;
  /** Whether the response has log probabilities. */
  logprobs: boolean;
  /** Number of choices of each prompt that are returned, the best ones. */
  returned: number;
}

export async function* toChunks(
  events: AsyncIterable<PromptEvent>,
  { includeUsage, ...options }: AnswerOptions & { includeUsage: boolean },
): AsyncGenerator<CompletionChunk> {
  const { head, context } = options;
  const tally = createUsageTally(head.model, context);
  const toLogprobs = createWriters(options);
  for await (const each of events) {
    tally.count(each.event, each.prompt);
    for (const piece of toPieces(each, options)) {
      const { index, text, reason } = piece;
      yield {
        ...head,
        object: 'text_completion',
        choices: [{ text, index, logprobs: toLogprobs(piece), finish_reason: reason }],
        ...(includeUsage ? { usage: null } : {}),
      };
    }
  }
  if (includeUsage) yield { ...head, object: 'text_completion', choices: [], usage: tally.usage() };
}

export async function toCompletion(
  events: AsyncIterable<PromptEvent>,
  options: AnswerOptions,
): Promise<CreateCompletionResponse> {
  const { head, context, choices, returned } = options;
  const tally = createUsageTally(head.model, context);
  const toLogprobs = createWriters(options);
  const candidates = Array.from({ length: options.prompts.length * choices }, createCandidate);
  for await (const each of events) {
    tally.count(each.event, each.prompt);
    for (const piece of toPieces(each, options)) {
      const candidate = candidates[piece.index];
      if (candidate !== undefined) add(candidate, piece, toLogprobs(piece));
    }
  }
  return {
    ...head,
    object: 'text_completion',
    choices: pickBest(candidates, { of: choices, returned }).map(({ text, logprobs, reason }, index) => ({
      text,
      index,
      logprobs,
      finish_reason: reason,
    })),
    usage: tally.usage(),
  };
}

function createCandidate(): Candidate {
  return { text: '', logprobs: null, reason: 'stop', sum: 0, tokens: 0 };
}

function add(candidate: Candidate, piece: Piece, logprobs: CompletionLogprobs | null): void {
  candidate.text += piece.text;
  candidate.logprobs = extend(candidate.logprobs, logprobs);
  candidate.reason = piece.reason ?? candidate.reason;
  if (piece.echoed) return;
  for (const { logprob } of piece.tokens) candidate.sum += logprob ?? 0;
  candidate.tokens += piece.tokens.length;
}

/** Returns a function that writes the log probabilities of each piece; null if the request has none. */
function createWriters({
  logprobs,
  echo,
  prompts,
  choices,
}: AnswerOptions): (piece: Piece) => CompletionLogprobs | null {
  if (!logprobs) return () => null;
  const writers = new Map<number, ReturnType<typeof createLogprobsWriter>>();
  return ({ index, tokens }) => {
    const prompt = prompts[Math.floor(index / choices)];
    // The text of token ids is known only where it is echoed.
    const before = echo || typeof prompt !== 'string' ? 0 : countCharacters(prompt);
    const writer = writers.get(index) ?? createLogprobsWriter(before);
    writers.set(index, writer);
    return writer(tokens);
  };
}
