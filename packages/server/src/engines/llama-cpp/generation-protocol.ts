/**
 * The protocol between the server and a language model's process.
 * Invariant: a `generate` yields events up to one `finish`, or one `failed`, unless it was cancelled.
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
  /** Jinja chat template; undefined = the template in the file. */
  chatTemplate?: string;
  /** Strings that end the model's turn, for templates without a control token for it. */
  endOfTurn: readonly string[];
  contextTokens: number;
  parallelRequests: number;
  threads: number;
}

/** The report of a loaded model. */
export interface LoadedFacts {
  /** Maximum prompt + completion tokens per request: the configured value, limited by the model's training. */
  contextTokens: number;
  fingerprint: string;
  /** The form in which the model writes calls. */
  toolFamily?: ToolFamily;
  /** Whether the vocabulary has the tokens for filling the middle of a text. */
  fillsMiddle: boolean;
  /** Used to refuse prompts that are far too long before they are sent to the process. */
  prompt: PromptFacts;
  /** Whether the model thinks before it answers. */
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
  /** JSON Schema that is added to the prompt. */
  schema?: unknown;
  /** How to find calls in the answer, if it may contain any. */
  calls?: CallMarks;
}

export type ToLanguageEngine = ToEngine<LoadSettings, GenerateMessage>;

/** Every sampled token is a separate event; the last event is `finish`. */
export type FromLanguageEngine = FromEngine<LoadedFacts, GenerateEvent>;
