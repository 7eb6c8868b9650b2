/**
 * The one core that turns messages, or a raw text, into a stream of generation events; every text endpoint is a translation of it.
 * Invariants: one `start`; per choice any number of `text` and `tool-…` and exactly one `finish`; text after a stop string is never
 * emitted, calls of functions are never searched for one; no more choices are worked on at once than the model decodes at once;
 * a token counts when it was sampled up to the stop, whether or not its text was shown. Returning early aborts the engine.
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
import { createStopMatcher } from '../lib/stop-matcher.ts';
import { createTokenTrail } from './token-trail.ts';

interface GenerationSettings {
  model: LanguageModel;
  sampling: Sampling;
  /** Most completion tokens of each choice. */
  maxTokens?: number;
  /** Up to four strings that end a choice; never part of the text. */
  stop: readonly string[];
  /** Alternatives to report with each token of the text, 0..20; undefined = no log probabilities. */
  topLogprobs?: number;
  /** Answers to one prompt, 1..128. */
  choices: number;
}

/** The next message of a conversation. */
export interface ConversationGeneration extends GenerationSettings {
  messages: readonly LanguageModelMessage[];
  prompt?: undefined;
  /** What each answer must be; undefined = free text. */
  format?: AnswerFormat;
  /** Hints that the model acts on. */
  hints?: AnswerHints;
  /** What the model may call; undefined = nothing. */
  tools?: ToolUse;
}

/** What follows a raw text, or the token ids of one. */
export interface ContinuationGeneration extends GenerationSettings {
  messages?: undefined;
  prompt: string | readonly number[];
  /** What comes after the answer. */
  suffix?: string;
  /** Report the prompt's own tokens in `start`. `maxTokens` may be 0 then. Default false. */
  promptLogprobs?: boolean;
}

export type GenerationRequest = ConversationGeneration | ContinuationGeneration;

export interface ToolUse {
  functions: readonly ToolFunction[];
  choice: ToolChoice;
  /** Whether one answer may make several calls. Left out where the caller does not say. */
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

/** What the prompt took. */
export interface PromptCount {
  promptTokens: number;
  cachedTokens: number;
  /** The count is a guess, and so are completion tokens. */
  estimated?: true;
}

export type GenerationEvent =
  /** `prompt` is there if and only if `promptLogprobs` was asked for. */
  | ({ type: 'start'; prompt?: readonly PromptToken[] } & PromptCount)
  /**
   * `completionTokens` = tokens of this choice so far. `logprobs` is there where they were asked for: the tokens that wrote this text,
   * each once over all events, whole where a stop string cut it; with an empty text, half a character that nothing completed.
   */
  | { type: 'text'; choice: number; text: string; completionTokens: number; logprobs?: readonly TokenLogprob[] }
  /** Call `index` of this choice begins. */
  | { type: 'tool-call'; choice: number; index: number; name: string; completionTokens: number }
  /** A piece of the arguments of call `index`, as JSON text. */
  | { type: 'tool-arguments'; choice: number; index: number; text: string; completionTokens: number }
  /** `count` overrules what `start` told. `reasoningTokens` = tokens of thoughts among `completionTokens`. */
  | {
      type: 'finish';
      choice: number;
      reason: FinishReason;
      completionTokens: number;
      reasoningTokens: number;
      count?: PromptCount;
    };

export function generate(request: GenerationRequest, options: GenerationOptions): AsyncGenerator<GenerationEvent> {
  // Leaving one choice returns its engine's iterator; only several need a signal that reaches those in the middle of a step.
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
      if (event.thought === true) {
        reasoningTokens += 1;
        continue;
      }
      if (event.logprob !== undefined) trail?.add(event.logprob, event.text);
      const { text, stopped } = stops.push(event.text);
      // Text before a call is over when the call begins: what looked like a stop string is none.
      const shown = event.calls === undefined || stopped ? text : text + stops.flush();
      if (shown !== '') yield toText(shown);
      if (stopped) {
        // Leaving the loop returns the engine's iterator, which stops its work.
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
    // Each choice draws its own tokens, and the same ones again when the request is repeated with its seed.
    sampling: sampling.seed === undefined ? sampling : { ...sampling, seed: sampling.seed + choice },
    ...(stop.length === 0 ? {} : { stop }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(topLogprobs === undefined ? {} : { topLogprobs }),
  };
  if (request.prompt !== undefined) {
    const { prompt, suffix, promptLogprobs = false } = request;
    return { ...settings, prompt, promptLogprobs, ...(suffix === undefined ? {} : { suffix }) };
  }
  const { messages, format, hints, tools } = request;
  return {
    ...settings,
    messages,
    ...(format === undefined ? {} : { format }),
    ...(hints === undefined ? {} : { hints }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.functions,
          toolChoice: tools.choice,
          ...(tools.parallel === undefined ? {} : { parallelToolCalls: tools.parallel }),
        }),
  };
}
