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
  /** Execute code in containers. `unavailable`: why they cannot, known after `probe`. */
  interpreters: { probe(): Promise<void>; readonly unavailable: string | undefined };
}

/** The result of code. */
export interface CodeExecution {
  /** `failed`: the code raised an exception. `interrupted`: it did not end, and must not be executed again. */
  status: 'completed' | 'failed' | 'interrupted';
  outputs: readonly (
    | { type: 'logs'; text: string }
    | { type: 'image'; containerFileId: string; filename: string; fileId?: string; url?: string }
  )[];
  /** Files that the code wrote. `fileId`: the file of the project that has the same content. */
  files: readonly { path: string; containerFileId: string; fileId?: string }[];
  /** Whether variables of earlier code are absent. */
  isNew: boolean;
}

/** The container of a loop. */
export interface CodeContainer {
  id: string;
  /** @throws ApiError if the container has expired, and the reason of the signal. */
  execute(code: string, signal: AbortSignal): Promise<CodeExecution>;
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
  /** Where the code of the loop runs. */
  container?: CodeContainer | undefined;
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
export type CitedSource =
  | { type: 'file'; fileId: string }
  | { type: 'page'; url: string; title: string }
  /** A file that code wrote. `fileId`: the file of the project that has the same content. */
  | { type: 'written_file'; containerId: string; containerFileId: string; fileId: string | null; filename: string };

/** A mark in the text of an answer that refers to a source. */
export interface Citation {
  /** The mark. */
  text: string;
  /** Position of the mark in the text, in UTF-16 units. */
  start: number;
  end: number;
  source: CitedSource;
}

export interface CitationSearch {
  from: number;
  isWhole: boolean;
}

export interface ServerTool {
  /** Type of the tool in `tools`, and of its calls. */
  readonly type: string;
  /** Other types of the tool in `tools`. */
  readonly aliases?: readonly string[];
  /** Why this server cannot run the tool with these settings, in sentences for the client. Undefined: it can. */
  unavailable?(settings: ToolSettings): string | undefined;
  /** Finds out what `unavailable` depends on. */
  probe?(): Promise<void>;
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
  /**
   * The call, which was running when the server was stopped, with an output that says so. Set if calls have effects:
   * such a call is never run again.
   */
  interrupt?(call: ModelCall): ModelCall;
  /** Whether data that the tool reads is still being prepared. A run waits for it before it starts. */
  isPreparing?(input: ToolInput): Promise<boolean>;
  /** Whether a citation of the tool's results may end in the last piece of the text. */
  mayEndCitation?(piece: string, text: string): boolean;
  /**
   * Finds citations of the tool's results.
   * @param calls the calls of the tool in the run, in order.
   * @param search `from`: position at which the search starts. `isWhole`: no more text follows.
   */
  findCitations?(text: string, calls: readonly ModelCall[], search: CitationSearch): Citation[];
  /** What the calls showed to the user, which the next message contains. */
  listShown?(calls: readonly ModelCall[]): CitedSource[];
}
