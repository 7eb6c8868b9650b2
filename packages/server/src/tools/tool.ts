/**
 * Door: a tool that the server runs itself when a model calls it. To the model, each entry of the tool in a request is
 * one or more functions.
 * A tool is one folder here and one line in `index.ts`; `tool.conformance.ts` is its suite.
 */
import type { ModelRegistry } from '../engines/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { ToolResources } from '../storage/repositories/assistants.ts';
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { SearchEngine } from './web-search/engines/search-engine.ts';

/** Collaborators that every tool can use. */
export interface ToolDeps {
  models: ModelRegistry;
  clock: Clock;
  /** Requests to hosts that a client named. */
  outbound: Outbound;
  /** Undefined if the operator configured none. */
  searchEngine?: SearchEngine | undefined;
}

/** A function that a model is offered. */
export interface ToolFunction {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
  /** The tool's details of a new call of the function. */
  own: NonNullable<ModelCall['own']>;
}

export type ToolSettings = Readonly<Record<string, unknown>>;

/** What another server says of its tools, in the form of the API. */
export interface ToolListing {
  tools: readonly unknown[];
  /** Why there are none. */
  error: string | null;
}

/** What a run gives to a tool. */
export interface ToolInput {
  /** The entry of the tool in the `tools` of the run, in the form of the API. */
  settings: ToolSettings;
  /** The resources of the run, then those of its thread. */
  resources: readonly ToolResources[];
  repositories: ProjectRepositories;
}

export interface ToolContext extends ToolInput {
  /** Context of the model that reads the output. */
  contextTokens: number;
  /** The calls of server tools before this one in the run, in order. */
  earlierCalls: readonly ModelCall[];
  signal: AbortSignal;
  /** Receives the tokens that the call used. */
  onUsage(usage: { modelId: string; inputTokens: number }): void;
}

/** What a citation refers to. */
export type CitedSource = { type: 'file'; fileId: string } | { type: 'page'; url: string; title: string };

/** A mark in the text of an answer that refers to a source. */
export interface Citation {
  /** The mark. */
  text: string;
  /** Position of the mark in the text, in UTF-16 units. */
  start: number;
  end: number;
  source: CitedSource;
}

export interface ServerTool {
  /** Type of the tool in `tools`, and of its calls. */
  readonly type: string;
  /** Other types of the tool in `tools`. */
  readonly aliases?: readonly string[];
  /** Why this server cannot run the tool with these settings, in sentences for the client. Undefined: it can. */
  unavailable?(settings: ToolSettings): string | undefined;
  /**
   * Returns the functions of an entry of `tools`.
   * @param listing what `list` returned for the entry; without it, a tool that has `list` has no functions.
   */
  functions(settings: ToolSettings, listing?: ToolListing): readonly ToolFunction[];
  /**
   * Asks another server for its tools. Set if the functions depend on them.
   * @throws only the reason of the signal: an error of the other server is part of the listing.
   */
  list?(settings: ToolSettings, signal: AbortSignal): Promise<ToolListing>;
  /**
   * Runs one call. Arguments may be any text: not every model follows the schema.
   * @returns the call with its output for the model, and its details in the form of the API in `own`. The output of a
   * call that the client has to approve is null.
   * @throws every error of the models and stores that it uses.
   */
  run(call: ModelCall, context: ToolContext): Promise<ModelCall>;
  /** Whether data that the tool reads is still being prepared. A run waits for it before it starts. */
  isPreparing?(input: ToolInput): Promise<boolean>;
  /** Text that every citation of the tool's results ends with. */
  readonly citationEnd?: string;
  /**
   * Finds citations of the tool's results.
   * @param calls the calls of the tool in the run, in order.
   * @param from position at which the search starts.
   */
  findCitations?(text: string, calls: readonly ModelCall[], from: number): Citation[];
}
