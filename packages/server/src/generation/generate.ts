/**
 * The one core that turns messages and sampling into a stream of generation events; every text endpoint is a translation of it.
 * Invariants: one `start`; per choice any number of `text` and exactly one `finish`; text after a stop string is never emitted;
 * a token counts when it was sampled up to the stop, whether or not its text was shown. Returning early aborts the engine.
 */
import type {
  AnswerFormat,
  GenerateEvent,
  LanguageModel,
  LanguageModelMessage,
  Priority,
  Sampling,
} from '../engines/language-model.ts';
import { merge } from '../lib/async-iterables.ts';
import { createStopMatcher } from '../lib/stop-matcher.ts';

export interface GenerationRequest {
  model: LanguageModel;
  messages: readonly LanguageModelMessage[];
  sampling: Sampling;
  /** Most completion tokens of each choice. */
  maxTokens?: number;
  /** Up to four strings that end a choice; never part of the text. */
  stop: readonly string[];
  /** What each answer must be; undefined = free text. */
  format?: AnswerFormat;
  /** Answers to one prompt, 1..128. */
  choices: number;
}

export interface GenerationOptions {
  signal: AbortSignal;
  priority: Priority;
}

export type FinishReason = 'stop' | 'length';

export type GenerationEvent =
  | { type: 'start'; promptTokens: number; cachedTokens: number }
  /** `completionTokens` = tokens of this choice so far. */
  | { type: 'text'; choice: number; text: string; completionTokens: number }
  | { type: 'finish'; choice: number; reason: FinishReason; completionTokens: number };

export async function* generate(
  request: GenerationRequest,
  options: GenerationOptions,
): AsyncGenerator<GenerationEvent> {
  const ended = new AbortController();
  const inner = { ...options, signal: AbortSignal.any([options.signal, ended.signal]) };
  const choices = Array.from({ length: request.choices }, (_, choice) =>
    generateChoice(request, { choice, options: inner }),
  );
  let started = false;
  try {
    for await (const event of choices.length === 1 && choices[0] !== undefined ? choices[0] : merge(choices)) {
      if (event.type === 'start') {
        if (started) continue;
        started = true;
      }
      yield event;
    }
  } finally {
    ended.abort();
  }
}

interface ChoiceOptions {
  choice: number;
  options: GenerationOptions;
}

async function* generateChoice(
  request: GenerationRequest,
  { choice, options }: ChoiceOptions,
): AsyncGenerator<GenerationEvent> {
  const stops = createStopMatcher(request.stop);
  let completionTokens = 0;
  for await (const event of request.model.doGenerate(toGenerateRequest(request, choice), options)) {
    if (event.type === 'start') {
      yield event;
    } else if (event.type === 'token') {
      completionTokens += 1;
      const { text, stopped } = stops.push(event.text);
      if (text !== '') yield { type: 'text', choice, text, completionTokens };
      if (stopped) {
        // Leaving the loop returns the engine's iterator, which stops its work.
        yield { type: 'finish', choice, reason: 'stop', completionTokens };
        return;
      }
    } else {
      yield* ending(event, { choice, completionTokens, rest: stops.flush() });
      return;
    }
  }
}

function* ending(
  event: Extract<GenerateEvent, { type: 'finish' }>,
  { choice, completionTokens, rest }: { choice: number; completionTokens: number; rest: string },
): Generator<GenerationEvent> {
  if (rest !== '') yield { type: 'text', choice, text: rest, completionTokens };
  yield { type: 'finish', choice, reason: event.reason, completionTokens };
}

function toGenerateRequest({ messages, sampling, maxTokens, format }: GenerationRequest, choice: number) {
  // Each choice draws its own tokens, and the same ones again when the request is repeated with its seed.
  const seeded = sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + choice };
  return {
    messages,
    sampling: seeded,
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
  };
}
