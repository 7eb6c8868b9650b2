/**
 * Several prompts of one request. They are worked on side by side, no more at once than the model decodes at once, and begin in the order
 * of the list. Invariant: each prompt's events are those that `generate` gives for it alone.
 */
import { merge } from '../lib/async-iterables.ts';
import { type GenerationEvent, type GenerationOptions, type GenerationRequest, generate } from './generate.ts';

export interface PromptEvent {
  /** Place of the prompt in the list. */
  prompt: number;
  event: GenerationEvent;
}

/** @param rename makes of an error of one prompt the error of the whole. */
export function generateSeveral(
  requests: readonly GenerationRequest[],
  options: GenerationOptions,
  rename: (error: unknown, prompt: number) => unknown,
): AsyncGenerator<PromptEvent> {
  const sources = requests.map((request, prompt) => one(request, options, { prompt, rename }));
  return untilBegun(merge(sources, atOnce(requests)), Math.min(atOnce(requests), requests.length));
}

function atOnce([first]: readonly GenerationRequest[]): number {
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

/** Holds all events back until `count` prompts have begun: one that is refused fails the request while nothing is said yet. */
async function* untilBegun(events: AsyncIterable<PromptEvent>, count: number): AsyncGenerator<PromptEvent> {
  let held: PromptEvent[] = [];
  let begun = 0;
  for await (const each of events) {
    if (each.event.type === 'start') begun += 1;
    if (begun < count) held.push(each);
    else {
      yield* held;
      held = [];
      yield each;
    }
  }
  yield* held;
}
