/**
 * Turns messages, or a raw text, into a stream of generation events; every text endpoint translates it.
 * Invariants: one `start`; for each choice any number of `text` and `tool-…` events and exactly one `finish`; text
 * after a stop string is never emitted, and calls are not searched for stop strings; no more choices are generated in
 * parallel than the model supports; every token sampled up to the stop counts, whether or not its text is emitted.
 * Returning early aborts the engine.
 */
import type {
  AnswerFormat,
  AnswerHints,
  GenerateEvent,
  GenerateRequest,
  LanguageModel,
  LanguageModelMessage,
  Priority,
  PromptToken,
  RoutingHints,
  Sampling,
  TokenLogprob,
  ToolCallDelta,
  ToolChoice,
  ToolFunction,
} from '../engines/language-model.ts';
import { merge } from '../lib/async-iterables.ts';
import { defined } from '../lib/defined.ts';
import { createStopMatcher } from '../lib/stop-matcher.ts';
import { createTokenTrail } from './token-trail.ts';

interface GenerationSettings {
  model: LanguageModel;
  sampling: Sampling;
  /** Maximum completion tokens of each choice. */
  maxTokens?: number;
  /** Up to four strings that end a choice; never part of the text. */
  stop: readonly string[];
  /** Alternatives to report with each token of the text, 0..20; undefined = no log probabilities. */
  topLogprobs?: number;
  /** Number of answers to one prompt, 1..128. */
  choices: number;
}

/** The next message of a conversation. */
export interface ConversationGeneration extends GenerationSettings {
  messages: readonly LanguageModelMessage[];
  prompt?: undefined;
  /** The format of each answer; undefined: free text. */
  format?: AnswerFormat;
  /** Hints that the model acts on. */
  hints?: AnswerHints;
  /** The functions that the model may call; undefined: none. */
  tools?: ToolUse;
}

/** The continuation of a raw text, or of its token ids. */
export interface ContinuationGeneration extends GenerationSettings {
  messages?: undefined;
  prompt: string | readonly number[];
  /** The text after the answer. */
  suffix?: string;
  /** Report the prompt's own tokens in `start`. `maxTokens` may be 0 then. Default false. */
  promptLogprobs?: boolean;
}

export type GenerationRequest = ConversationGeneration | ContinuationGeneration;

export interface ToolUse {
  functions: readonly ToolFunction[];
  choice: ToolChoice;
  /** Whether one answer may have several calls. Undefined: the default of the engine. */
  parallel?: boolean;
}

export interface GenerationOptions {
  signal: AbortSignal;
  priority: Priority;
  hints?: RoutingHints;
  /** As in GenerateOptions. */
  whole?: boolean;
  /** As in GenerateOptions. */
  onIgnored?(param: string): void;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Size of the prompt. */
export interface PromptCount {
  promptTokens: number;
  cachedTokens: number;
  /** The counts of prompt and completion tokens are estimates. */
  estimated?: true;
}

export type GenerationEvent =
  /** `prompt` is set if and only if the request has `promptLogprobs`. */
  | ({ type: 'start'; prompt?: readonly PromptToken[] } & PromptCount)
  /**
   * `completionTokens`: tokens of this choice so far. `logprobs`, if requested: the tokens of this text, each in one
   * event only, whole if a stop string cuts it; with empty text, the tokens of an incomplete character.
   */
  | { type: 'text'; choice: number; text: string; completionTokens: number; logprobs?: readonly TokenLogprob[] }
  /** A piece of what the model thinks before it answers. */
  | { type: 'thought'; choice: number; text: string; completionTokens: number }
  /** Call `index` of this choice starts. */
  | { type: 'tool-call'; choice: number; index: number; name: string; completionTokens: number }
  /** A piece of the arguments of call `index`, as JSON text. */
  | { type: 'tool-arguments'; choice: number; index: number; text: string; completionTokens: number }
  /** `count` replaces that of `start`. `reasoningTokens`: tokens of thoughts, included in `completionTokens`. */
  | {
      type: 'finish';
      choice: number;
      reason: FinishReason;
      completionTokens: number;
      reasoningTokens: number;
      count?: PromptCount;
    };

export function generate(request: GenerationRequest, options: GenerationOptions): AsyncGenerator<GenerationEvent> {
  // Returning early from one choice returns the engine's iterator. Several choices need a signal to abort pending
  // steps.
  return request.choices === 1 ? generateChoice(request, { choice: 0, options }) : generateChoices(request, options);
}

async function* generateChoices(
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
    for await (const event of merge(choices, request.model.capabilities.parallelRequests)) {
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

type EngineFinish = Extract<GenerateEvent, { type: 'finish' }>;

interface ChoiceOptions {
  choice: number;
  options: GenerationOptions;
}

async function* generateChoice(
  request: GenerationRequest,
  { choice, options }: ChoiceOptions,
): AsyncGenerator<GenerationEvent> {
  const stops = createStopMatcher(request.stop);
  const trail = request.topLogprobs === undefined ? undefined : createTokenTrail();
  let completionTokens = 0;
  let reasoningTokens = 0;
  const toText = (text: string): GenerationEvent => {
    const event = { type: 'text' as const, choice, text, completionTokens };
    return trail === undefined ? event : { ...event, logprobs: trail.show(text.length) };
  };
  for await (const event of request.model.doGenerate(toGenerateRequest(request, choice), options)) {
    if (event.type === 'start') {
      yield event;
    } else if (event.type === 'token') {
      completionTokens += event.tokens ?? 1;
      const { thoughtText = '' } = event;
      if (thoughtText !== '') yield { type: 'thought', choice, text: thoughtText, completionTokens };
      if (event.thought === true) {
        reasoningTokens += 1;
        continue;
      }
      if (event.logprob !== undefined) trail?.add(event.logprob, event.text);
      const { text, stopped } = stops.push(event.text);
      // A call ends the text: a held prefix of a stop string is ordinary text.
      const shown = event.calls === undefined || stopped ? text : text + stops.flush();
      if (shown !== '') yield toText(shown);
      if (stopped) {
        // Returning here returns the engine's iterator, which aborts the engine.
        yield { type: 'finish', choice, reason: 'stop', completionTokens, reasoningTokens };
        return;
      }
      if (event.calls === undefined) continue;
      trail?.drop();
      yield* toCallEvents(event.calls, { choice, completionTokens });
    } else {
      const held = stops.flush();
      if (held !== '') yield toText(held);
      const logprobs = trail?.rest() ?? [];
      if (logprobs.length > 0) yield { type: 'text', choice, text: '', completionTokens, logprobs };
      yield ending(event, { choice, completionTokens, reasoningTokens });
      return;
    }
  }
}

function ending(
  { reason, usage }: EngineFinish,
  at: { choice: number; completionTokens: number; reasoningTokens: number },
): GenerationEvent {
  if (usage === undefined) return { type: 'finish', ...at, reason };
  const { completionTokens, ...count } = usage;
  return { type: 'finish', ...at, reason, completionTokens, count };
}

function* toCallEvents(
  calls: readonly ToolCallDelta[],
  at: { choice: number; completionTokens: number },
): Generator<GenerationEvent> {
  for (const { index, name, arguments: text } of calls) {
    if (name !== undefined) yield { type: 'tool-call', ...at, index, name };
    if (text !== '') yield { type: 'tool-arguments', ...at, index, text };
  }
}

function toGenerateRequest(request: GenerationRequest, choice: number): GenerateRequest {
  const { sampling, maxTokens, topLogprobs, stop } = request;
  const settings = {
    // Choices differ, and repeat when the request is repeated with its seed.
    sampling: sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + choice },
    ...(stop.length === 0 ? {} : { stop }),
    ...defined({ maxTokens, topLogprobs }),
  };
  if (request.prompt !== undefined) {
    const { prompt, suffix, promptLogprobs = false } = request;
    return { ...settings, prompt, promptLogprobs, ...defined({ suffix }) };
  }
  const { messages, format, hints, tools } = request;
  return {
    ...settings,
    messages,
    ...defined({ format, hints }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.functions,
          toolChoice: tools.choice,
          ...defined({ parallelToolCalls: tools.parallel }),
        }),
  };
}
