/**
 * What the server and a language model's process say to each other.
 * Invariant: every `generate` is answered by events up to one `finish`, or by one `failed`, unless it was cancelled.
 */
import type { FromEngine, ToEngine } from '../child-process/engine-protocol.ts';
import type { ContinuationRequest, GenerateEvent, Priority } from '../language-model.ts';
import type { TextConversation } from '../message-content.ts';
import type { CallMarks } from './call-reader.ts';
import type { PromptFacts } from './prompt-bound.ts';
import type { ToolFamily } from './tool-form.ts';

export interface LoadSettings {
  modelId: string;
  /** GGUF file. */
  path: string;
  /** Jinja chat template; undefined = the file's own. */
  chatTemplate?: string;
  /** Strings that end the model's turn, for templates without a control token for it. */
  endOfTurn: readonly string[];
  contextTokens: number;
  parallelRequests: number;
  threads: number;
}

/** What is known once the model is loaded. */
export interface LoadedFacts {
  /** Most prompt + completion tokens of one request: what was asked for, at most what the model was trained on. */
  contextTokens: number;
  fingerprint: string;
  /** How a language model writes calls of functions. */
  toolFamily?: ToolFamily;
  /** Whether the vocabulary has the tokens for filling the middle of a text. */
  fillsMiddle: boolean;
  /** By which prompts that are far too long are refused before they are sent. */
  prompt: PromptFacts;
  /** Whether a language model thinks before it answers. */
  thinks: boolean;
  loadMs: number;
}

export interface GenerateMessage {
  type: 'generate';
  id: number;
  priority: Priority;
  request: Omit<TextConversation, 'format'> | ContinuationRequest;
  /** GBNF that the answer is decoded under. */
  grammar?: string;
  /** JSON Schema that the model is told of. */
  schema?: unknown;
  /** How calls are found in the answer, where it may have any. */
  calls?: CallMarks;
}

export type ToLanguageEngine = ToEngine<LoadSettings, GenerateMessage>;

/** Every sampled token is an event of its own; the last event is `finish`. */
export type FromLanguageEngine = FromEngine<LoadedFacts, GenerateEvent>;
