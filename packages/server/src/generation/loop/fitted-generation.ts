/**
 * One turn of a run's model, shown as much of the thread as fits. The model counts for itself: where it says that the prompt is too long,
 * for its context or for what the run may still spend, less is shown.
 */
import type { LanguageModel } from '../../engines/language-model.ts';
import { ApiError } from '../../errors/api-error.ts';
import { type GenerationEvent, type GenerationOptions, generate } from '../generate.ts';
import type { LoopBudget } from './state-machine.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../storage/repositories/runs.ts';
import { assembleContext, type Context } from './assemble-context.ts';
import { toTurnSettings } from '../../resources/threads/runs/definition.ts';

/** Room that is left for the answer, as a part of the context. */
const ANSWER_SHARE = 1 / 4;
/** How much of the room is tried next where the prompt was too long. */
const SHRINK = 0.7;
/** Results of searches are not cut to less than this part. */
const MIN_RESULTS_SHARE = 0.1;

/** There is no room for the turn. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted';
  readonly budget: LoopBudget;
  constructor(budget: LoopBudget) {
    super(`The run has used up its ${budget}.`);
    this.budget = budget;
  }
}

/** What the run may still spend; undefined: as much as it likes. */
function roomOf({ definition, promptTokens, completionTokens }: RunRecord) {
  const { maxPromptTokens, maxCompletionTokens } = definition;
  const prompt = maxPromptTokens === null ? undefined : maxPromptTokens - promptTokens;
  const completion = maxCompletionTokens === null ? undefined : maxCompletionTokens - completionTokens;
  if (prompt !== undefined && prompt < 1) throw new Exhausted('max_prompt_tokens');
  if (completion !== undefined && completion < 1) throw new Exhausted('max_completion_tokens');
  return { prompt, completion };
}

interface Turn {
  run: RunRecord;
  model: LanguageModel;
  rooms: Pick<ProjectRepositories, 'messages' | 'runSteps'>;
}

/** As `generate`. @throws Exhausted, also where only a prompt that is too long is left. */
export async function* generateFitted(turn: Turn, options: GenerationOptions): AsyncGenerator<GenerationEvent> {
  const { run, model, rooms } = turn;
  const room = roomOf(run);
  const { contextTokens } = model.capabilities;
  const answer = Math.min(room.completion ?? contextTokens, contextTokens * ANSWER_SHARE);
  const promptTokens = Math.floor(Math.min(contextTokens - answer, room.prompt ?? contextTokens));
  let tokens = promptTokens;
  let resultsShare = 1;
  for (;;) {
    const context = await assembleContext(rooms, run, { tokens, resultsShare });
    const canShorten = context.hasResults && resultsShare > MIN_RESULTS_SHARE;
    const canShrink = context.droppable || canShorten;
    const events = generate(toRequest(turn, context, room.completion), options);
    const first = await firstOf(events, canShrink);
    // Where nothing can be left out, the answer may have less room. An upstream's guess is no reason to ask it twice.
    const isExact = first !== 'too long' && first.type === 'start' && first.estimated !== true;
    if (first !== 'too long' && !exceeds(first, canShrink && isExact ? promptTokens : room.prompt)) {
      yield first;
      yield* events;
      return;
    }
    await events.return(undefined);
    if (!canShrink) throw new Exhausted('max_prompt_tokens');
    if (context.droppable) tokens = Math.floor(tokens * SHRINK);
    else resultsShare *= SHRINK;
  }
}

function exceeds(event: GenerationEvent, room: number | undefined): boolean {
  return room !== undefined && event.type === 'start' && event.promptTokens > room;
}

/** @param canShrink whether a shorter prompt can be tried. */
async function firstOf(events: AsyncGenerator<GenerationEvent>, canShrink: boolean) {
  try {
    const { value, done } = await events.next();
    if (done === true) throw new Error('A model ended without a word of its prompt.');
    return value;
  } catch (error) {
    const tooLong = error instanceof ApiError && error.code === 'context_length_exceeded';
    if (tooLong && canShrink) return 'too long' as const;
    throw error;
  }
}

function toRequest({ run, model }: Turn, { messages }: Context, completionRoom: number | undefined) {
  const settings = toTurnSettings(run.definition, model, messages);
  // With the context's end as the only bound, the model is asked for nothing that it might not have.
  const maxTokens = completionRoom === undefined ? {} : { maxTokens: completionRoom };
  return { model, messages, ...settings, ...maxTokens, stop: [], choices: 1 };
}
