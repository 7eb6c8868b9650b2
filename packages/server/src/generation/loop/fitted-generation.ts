/**
 * One turn of a loop's model with as much of the conversation as fits. The model counts the prompt: if it is too long
 * for the context or for the prompt budget of the loop, the context is assembled again with less.
 */
import type {
  AnswerFormat,
  AnswerHints,
  LanguageModel,
  LanguageModelMessage,
  Sampling,
} from '../../engines/language-model.ts';
import { ApiError } from '../../errors/api-error.ts';
import { defined } from '../../lib/defined.ts';
import { type GenerationEvent, type GenerationOptions, generate, type ToolUse } from '../generate.ts';
import { assembleContext } from './assemble-context.ts';
import type { LoopBudget } from './loop-state.ts';
import type { LoopHistory, LoopRecord } from './loop-store.ts';

/** Part of the context that is kept free for the answer. */
const ANSWER_SHARE = 1 / 4;
/** The factor of the token budget after a prompt that was too long. */
const SHRINK = 0.7;
/** Results of tools are not cut below this part. */
const MIN_RESULTS_SHARE = 0.1;

/** No tokens are left for the turn. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted';
  readonly budget: LoopBudget;
  constructor(budget: LoopBudget) {
    super(`The ${budget} are used up.`);
    this.budget = budget;
  }
}

/** The settings of one turn, without its messages. */
export interface TurnSettings {
  sampling: Sampling;
  tools?: ToolUse;
  format?: AnswerFormat;
  hints?: AnswerHints;
  /** Alternatives to report with each token; undefined: no log probabilities. */
  topLogprobs?: number;
}

export interface FittedTurn {
  record: Pick<LoopRecord, 'definition' | 'tokens'>;
  model: LanguageModel;
  history: LoopHistory;
  /** @throws ApiError if the messages do not fit the settings. */
  toSettings(messages: readonly LanguageModelMessage[]): TurnSettings;
}

/** Tokens that the loop may still use; undefined: unlimited. @throws Exhausted */
function remainingTokens({ definition, tokens }: FittedTurn['record']) {
  const { maxPromptTokens, maxCompletionTokens } = definition;
  const prompt = maxPromptTokens === null ? undefined : maxPromptTokens - tokens.promptTokens;
  const completion = maxCompletionTokens === null ? undefined : maxCompletionTokens - tokens.completionTokens;
  if (prompt !== undefined && prompt < 1) throw new Exhausted('prompt_tokens');
  if (completion !== undefined && completion < 1) throw new Exhausted('completion_tokens');
  return { prompt, completion };
}

/** As `generate`. @throws Exhausted, also if a prompt that cannot be shortened is too long. */
export async function* generateFitted(turn: FittedTurn, options: GenerationOptions): AsyncGenerator<GenerationEvent> {
  const { record, model, history } = turn;
  const remaining = remainingTokens(record);
  const { contextTokens } = model.capabilities;
  const answerTokens = Math.min(remaining.completion ?? contextTokens, contextTokens * ANSWER_SHARE);
  const maxPromptTokens = Math.floor(Math.min(contextTokens - answerTokens, remaining.prompt ?? contextTokens));
  let tokens = maxPromptTokens;
  let resultsShare = 1;
  for (;;) {
    const context = await assembleContext(history, record.definition, { tokens, contextTokens, resultsShare });
    const canShorten = context.hasResults && resultsShare > MIN_RESULTS_SHARE;
    const canShrink = context.droppable || canShorten;
    const events = generate(toRequest(turn, context.messages, remaining.completion), options);
    const first = await readFirst(events, canShrink);
    // A prompt that cannot be shortened may take tokens from the answer. An upstream's estimate is not worth a second
    // request.
    const isExact = first !== 'too-long' && first.type === 'start' && first.estimated !== true;
    if (first !== 'too-long' && !exceeds(first, canShrink && isExact ? maxPromptTokens : remaining.prompt)) {
      yield first;
      yield* events;
      return;
    }
    await events.return(undefined);
    if (!canShrink) throw new Exhausted('prompt_tokens');
    if (context.droppable) tokens = Math.floor(tokens * SHRINK);
    else resultsShare *= SHRINK;
  }
}

function exceeds(event: GenerationEvent, maxTokens: number | undefined): boolean {
  return maxTokens !== undefined && event.type === 'start' && event.promptTokens > maxTokens;
}

/** @param canShrink whether a shorter prompt can be tried. */
async function readFirst(events: AsyncGenerator<GenerationEvent>, canShrink: boolean) {
  try {
    const { value, done } = await events.next();
    if (done === true) throw new Error('The model ended without a start event.');
    return value;
  } catch (error) {
    const isTooLong = error instanceof ApiError && error.code === 'context_length_exceeded';
    if (isTooLong && canShrink) return 'too-long' as const;
    throw error;
  }
}

function toRequest({ model, toSettings }: FittedTurn, messages: LanguageModelMessage[], maxTokens: number | undefined) {
  // Without a completion budget, the end of the context is the only limit.
  return { model, messages, ...toSettings(messages), ...defined({ maxTokens }), stop: [], choices: 1 };
}
