/**
 * Door: a model that generates text from a prompt, token by token.
 * Invariants: `doGenerate` yields one `start`, any number of `token`, one `finish`; it stops work within 250 ms of an
 * abort; text is never cut inside a UTF-8 character; stop strings, choices and folding live above the door, in
 * generation/.
 */

import type { EngineReport } from './engine-report.ts';

/** Online requests run before requests of the Batch API. */
export type Priority = 'online' | 'batch';

/** A part of a message. A model refuses the types that `capabilities.inputs` does not name, apart from `text`. */
export type ContentPart =
  | { type: 'text'; text: string }
  /** `url`: http(s) or `data:`. */
  | { type: 'image'; url: string; detail?: 'auto' | 'low' | 'high' }
  /** `data`: base64. */
  | { type: 'audio'; data: string; format: 'wav' | 'mp3' }
  | { type: 'file'; data: string; name?: string };

export type InputType = Exclude<ContentPart['type'], 'text'>;

export interface LanguageModelMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function';
  content: string | readonly ContentPart[];
  /** Participant name, if the caller gave one. */
  name?: string;
  /** For role `tool`: the id of the call with this result. */
  toolCallId?: string;
  /** For role `assistant`: its calls. */
  toolCalls?: readonly LanguageModelToolCall[];
}

export interface LanguageModelToolCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
}

export interface LanguageModelCapabilities {
  /** Maximum prompt + completion tokens per request. */
  contextTokens: number;
  /** Requests decoded in parallel. */
  parallelRequests: number;
  /** `[min, max]` accepted for temperature. */
  temperature: readonly [number, number];
  /** Whether equal seeds and prompts give equal tokens. */
  supportsSeed: boolean;
  /** Whether the model may think before it answers. Thoughts are never part of the text. Default false. */
  thinks?: boolean;
  /**
   * Optional features of requests. A request must not use others; the code above the door refuses them by parameter
   * name.
   */
  features: readonly LanguageModelFeature[];
  /** Content parts that the model accepts in addition to text. Default none. */
  inputs?: readonly InputType[];
  /** Hints that the model acts on. A request must not contain others. Default none. */
  hints?: readonly AnswerHint[];
}

export type LanguageModelFeature =
  | 'penalties'
  | 'logit_bias'
  | 'format'
  | 'tools'
  | 'logprobs'
  /** Continues a raw text (`ContinuationRequest`). */
  | 'completion'
  /** Scores the tokens of a raw text (`promptLogprobs`). */
  | 'prompt_logprobs'
  /** Fills the middle between a raw text and its `suffix`. */
  | 'suffix';

/** Hints about the style of an answer, with the names of the API. Models without support ignore them. */
export interface AnswerHints {
  verbosity?: 'low' | 'medium' | 'high';
  reasoning_effort?: string;
  /** Text that the answer is expected to repeat. */
  prediction?: object;
}

export type AnswerHint = keyof AnswerHints;

export interface Sampling {
  /** 0 = greedy. Range 0..2. Default 1. */
  temperature?: number;
  /** Nucleus mass, 0..1; 1 = off. Default 1. */
  topP?: number;
  /** Any 53-bit integer; undefined = random. */
  seed?: number;
  /** Feature `penalties`: subtracted from a token's logit for each occurrence in the answer, -2..2. Default 0 = off. */
  frequencyPenalty?: number;
  /** Feature `penalties`: subtracted once if the answer contains the token, -2..2. Default 0 = off. */
  presencePenalty?: number;
  /** Feature `logit_bias`: token id → value added to its logit; -100 bans the token, 100 forces it. */
  logitBias?: ReadonlyMap<number, number>;
}

/** Feature `format`: the format of the whole answer, enforced during decoding. */
export type AnswerFormat =
  | { type: 'json_object' }
  /** `param` and `strict` as in ToolFunction. Upstreams also get the name and the description. */
  | { type: 'json_schema'; schema: unknown; param: string; strict?: boolean; name?: string; description?: string };

/** Feature `tools`: a function that the model may call. */
export interface ToolFunction {
  name: string;
  description?: string;
  /** JSON Schema of its arguments, which are an object; undefined = it takes none. Enforced, as far as it can be. */
  parameters?: unknown;
  /** Path of the schema in the caller's request, for errors. */
  param: string;
  /**
   * Whether a part that cannot be enforced is refused by `param` and its path. Otherwise `onIgnored` names it. Default
   * false.
   */
  strict?: boolean;
}

/** `auto` = text, calls, or both; `required` = at least one call; a name = exactly one call of that function. */
export type ToolChoice = 'auto' | 'required' | { name: string };

interface GenerationSettings {
  sampling: Sampling;
  /** Maximum completion tokens; undefined = the rest of the context. */
  maxTokens?: number;
  /** Feature `logprobs`: alternatives to report with each token, 0..20; undefined = no log probabilities. */
  topLogprobs?: number;
  /**
   * Strings that end the answer. The caller of the door cuts them as well; one that counts remotely may end
   * there itself.
   */
  stop?: readonly string[];
}

/** The model's next message of a conversation. */
export interface ConversationRequest extends GenerationSettings {
  messages: readonly LanguageModelMessage[];
  prompt?: undefined;
  /** Undefined = free text. */
  format?: AnswerFormat;
  /** Only those of `capabilities.hints`. */
  hints?: AnswerHints;
  /** Functions that may be called, at least one; undefined = no calls. */
  tools?: readonly ToolFunction[];
  /** Only with `tools`. Default `auto`. */
  toolChoice?: ToolChoice;
  /**
   * Only with `tools`: whether one answer may contain several calls. Default: true, unless an upstream has another
   * default.
   */
  parallelToolCalls?: boolean;
}

/** Feature `completion`: what follows a raw text, without a chat template. */
export interface ContinuationRequest extends GenerationSettings {
  messages?: undefined;
  /** A text, or at least one token id of the model's vocabulary. A text and its token ids give the same answer. */
  prompt: string | readonly number[];
  /** Feature `suffix`: the text after the answer. */
  suffix?: string;
  /**
   * Feature `prompt_logprobs`: whether `start` reports the tokens of the prompt; never with `suffix`. `maxTokens` may
   * be 0 then. Default false.
   */
  promptLogprobs?: boolean;
}

export type GenerateRequest = ConversationRequest | ContinuationRequest;

/** A token of the vocabulary with its log probability before temperature, penalties, bias and grammar. */
export interface TokenChance {
  /** Its text; bytes of incomplete characters are `\ufffd`. */
  token: string;
  /** Its bytes; null for a control token, which has no text. */
  bytes: readonly number[] | null;
  /** Natural logarithm, at most 0. */
  logprob: number;
}

export interface TokenLogprob extends TokenChance {
  /** The most likely tokens at this position, most likely first, as many as requested. */
  top: readonly TokenChance[];
}

/** A token of the prompt. The first one has no predecessor: its `logprob` is null and its `top` empty. */
export interface PromptToken extends Omit<TokenLogprob, 'logprob'> {
  logprob: number | null;
}

/** The part of a call that one token adds. The first delta of a call has its name. */
export interface ToolCallDelta {
  /** Position of the call in the answer, from 0. */
  index: number;
  name?: string;
  /** JSON text; the joined deltas are the arguments of the call. */
  arguments: string;
}

/** Hints for routing similar requests to the same machine. They never change an answer. */
export interface RoutingHints {
  /** Requests with the same key share a prefix of their prompts. */
  promptCacheKey?: string;
  /** Stable name of the end user. */
  user?: string;
}

export interface GenerateOptions {
  signal: AbortSignal;
  priority: Priority;
  hints?: RoutingHints;
  /** The answer is not streamed, so an event may contain several tokens. Default false. */
  whole?: boolean;
  /**
   * Called before `start` with the path of each part of a schema that is not enforced, e.g.
   * `tools[0].function.parameters.not`.
   */
  onIgnored?(param: string): void;
}

export type GenerateEvent =
  /**
   * The prompt is accepted and counted; decoding starts. `estimated` = the count is an estimate, which `finish` may
   * correct.
   */
  | { type: 'start'; promptTokens: number; cachedTokens: number; estimated?: true; prompt?: readonly PromptToken[] }
  /**
   * One sampled token. `text` may be empty, e.g. while a character is incomplete; the text of calls is in `calls`,
   * never in `text`. `logprob` exists if and only if the request has `topLogprobs`. `thought` = the token is part of a
   * thought and has no text; `thoughtText` is the text of the thought, without its marks.
   */
  | {
      type: 'token';
      text: string;
      calls?: readonly ToolCallDelta[];
      logprob?: TokenLogprob;
      thought?: true;
      thoughtText?: string;
      /** Only with `whole`: number of tokens in this event, which then has text only. Default 1. */
      tokens?: number;
    }
  /**
   * `stop` = the model ended its turn (its end token is not counted); `tool_calls` = the same after complete calls that
   * match their schemas; `length` = maxTokens or the context is exhausted, and a call may be truncated;
   * `content_filter` = a filter of the upstream withheld the rest. `usage` replaces the counts of earlier events.
   */
  | { type: 'finish'; reason: 'stop' | 'length' | 'tool_calls' | 'content_filter'; usage?: GenerateUsage };

/** Final token counts of a request. */
export interface GenerateUsage {
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
}

export interface LanguageModel {
  /** Id under which the model is listed, e.g. `gemma-3-270m`. */
  readonly modelId: string;
  readonly capabilities: LanguageModelCapabilities;
  /**
   * Changes when equal requests may give other tokens (weights, engine version, settings); for `system_fingerprint`.
   */
  readonly fingerprint: string;
  /**
   * Throws (from the first `next()`) ApiError `context_length_exceeded` with both numbers, `invalid_json_schema` with
   * the path, `engine_overloaded` when its queue is full, `engine_failed` when the process behind it died; aborting the
   * signal ends the iteration with the signal's reason.
   */
  doGenerate(request: GenerateRequest, options: GenerateOptions): AsyncIterable<GenerateEvent>;
  /** Current load, if the engine reports it. */
  report?(): EngineReport;
  /** Frees memory; requests in flight fail with `engine_failed`. Idempotent. */
  close(): Promise<void>;
}
