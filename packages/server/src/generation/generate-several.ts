/**
 * Generates several prompts of one request: in parallel, at most as many as the model supports, started in the order of
 * the list.
 * Invariant: the events of each prompt are those that `generate` yields for it alone.
 */
import { merge } from '../lib/async-iterables.ts';
import { type GenerationEvent, type GenerationOptions, type GenerationRequest, generate } from './generate.ts';

export interface PromptEvent {
  /** Position of the prompt in the list. */
  prompt: number;
  event: GenerationEvent;
}

/** @param rename converts an error of one prompt to the error of the request. */
export function generateSeveral(
  requests: readonly GenerationRequest[],
  options: GenerationOptions,
  rename: (error: unknown, prompt: number) => unknown,
): AsyncGenerator<PromptEvent> {
  const sources = requests.map((request, prompt) => one(request, options, { prompt, rename }));
  return holdUntilStarted(
    merge(sources, parallelPrompts(requests)),
    Math.min(parallelPrompts(requests), requests.length),
  );
}

function parallelPrompts([first]: readonly GenerationRequest[]): number {
  if (first === undefined) return 1;
  return Math.max(1, Math.floor(first.model.capabilities.parallelRequests / first.choices));
}

async function* one(
  request: GenerationRequest,
  options: GenerationOptions,
  { prompt, rename }: { prompt: number; rename: (error: unknown, prompt: number) => unknown },
): AsyncGenerator<PromptEvent> {
  try {
    for await (const event of generate(request, options)) yield { prompt, event };
  } catch (error) {
    throw rename(error, prompt);
  }
}

/**
 * Holds all events until `count` prompts have started, so that a refused prompt fails the request before its first
 * event.
 */
async function* holdUntilStarted(events: AsyncIterable<PromptEvent>, count: number): AsyncGenerator<PromptEvent> {
  let held: PromptEvent[] = [];
  let started = 0;
  for await (const each of events) {
    if (each.event.type === 'start') started += 1;
    if (started < count) held.push(each);
    else {
      yield* held;
      held = [];
      yield each;
    }
  }
  yield* held;
}
