/**
 * The one core that turns messages and sampling into a stream of generation events; every text endpoint is a translation of it.
 * Invariants: one `start`; per choice any number of `text` and `tool-…` and exactly one `finish`; text after a stop string is never
 * emitted, calls of functions are never searched for one;
 * a token counts when it was sampled up to the stop, whether or not its text was shown. Returning early aborts the engine.
 */
import type {
  AnswerFormat,
  GenerateEvent,
  LanguageModel,
  LanguageModelMessage,
  Priority,
  RoutingHints,
  Sampling,
  ToolChoice,
  ToolFunction,
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
  /** What the model may call; undefined = nothing. */
  tools?: ToolUse;
  /** Answers to one prompt, 1..128. */
  choices: number;
}

export interface ToolUse {
  functions: readonly ToolFunction[];
  choice: ToolChoice;
  /** Whether one answer may make several calls. */
  parallel: boolean;
}

export interface GenerationOptions {
  signal: AbortSignal;
  priority: Priority;
  hints?: RoutingHints;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls';

export type GenerationEvent =
  | PromptCount
  /** `completionTokens` = tokens of this choice so far. */
  | { type: 'text'; choice: number; text: string; completionTokens: number }
  /** Call `index` of this choice begins. */
  | { type: 'tool-call'; choice: number; index: number; name: string; completionTokens: number }
  /** A piece of the arguments of call `index`, as JSON text. */
  | { type: 'tool-arguments'; choice: number; index: number; text: string; completionTokens: number }
  /** `prompt` overrules what `start` told. */
  | { type: 'finish'; choice: number; reason: FinishReason; completionTokens: number; prompt?: PromptCount };

export interface PromptCount {
  type: 'start';
  promptTokens: number;
  cachedTokens: number;
  /** The count is a guess, and so are completion tokens. */
  estimated?: true;
}

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
      // Text before a call is over when the call begins: what looked like a stop string is none.
      const shown = event.calls === undefined || stopped ? text : text + stops.flush();
      if (shown !== '') yield { type: 'text', choice, text: shown, completionTokens };
      if (stopped) {
        // Leaving the loop returns the engine's iterator, which stops its work.
        yield { type: 'finish', choice, reason: 'stop', completionTokens };
        return;
      }
      yield* toCallEvents(event, { choice, completionTokens });
    } else {
      yield* ending(event, { choice, completionTokens, rest: stops.flush() });
      return;
    }
  }
}

function* toCallEvents(
  { calls = [] }: Extract<GenerateEvent, { type: 'token' }>,
  at: { choice: number; completionTokens: number },
): Generator<GenerationEvent> {
  for (const { index, name, arguments: text } of calls) {
    if (name !== undefined) yield { type: 'tool-call', ...at, index, name };
    if (text !== '') yield { type: 'tool-arguments', ...at, index, text };
  }
}

function* ending(
  event: Extract<GenerateEvent, { type: 'finish' }>,
  { choice, completionTokens, rest }: { choice: number; completionTokens: number; rest: string },
): Generator<GenerationEvent> {
  if (rest !== '') yield { type: 'text', choice, text: rest, completionTokens };
  const { reason, usage } = event;
  if (usage === undefined) yield { type: 'finish', choice, reason, completionTokens };
  else {
    const { completionTokens: counted, ...prompt } = usage;
    yield { type: 'finish', choice, reason, completionTokens: counted, prompt: { type: 'start', ...prompt } };
  }
}

function toGenerateRequest({ messages, sampling, maxTokens, format, tools, stop }: GenerationRequest, choice: number) {
  // Each choice draws its own tokens, and the same ones again when the request is repeated with its seed.
  const seeded = sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + choice };
  return {
    messages,
    sampling: seeded,
    ...(stop.length === 0 ? {} : { stop }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
    ...(tools === undefined
      ? {}
      : { tools: tools.functions, toolChoice: tools.choice, parallelToolCalls: tools.parallel }),
  };
}
