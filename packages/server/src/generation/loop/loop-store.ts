/**
 * Door: where a loop keeps its state. Each API that executes loops has an adapter, which keeps them in its own records
 * and describes their changes as events of its own.
 * Invariants: the writes of a transaction are committed as a whole or not at all; from `lock` to the end of the
 * transaction no other writer changes the loop.
 */
import type { LanguageModelMessage, TokenLogprob } from '../../engines/language-model.ts';
import type { EventRepository, NewEvent } from '../../storage/repositories/events.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { Citation } from './loop-output.ts';
import type { LoopCut, LoopError, LoopPart, LoopStatus, MessageCut, OpenPart, PartEnd } from './loop-state.ts';

export interface LoopTokens {
  promptTokens: number;
  completionTokens: number;
}

/** Tokens of one turn. */
export interface TurnTokens extends LoopTokens {
  /** Part of the prompt tokens. */
  cachedTokens: number;
  /** Tokens of thoughts, part of the completion tokens. */
  reasoningTokens: number;
}

/** The use of a model by a turn. */
export interface TurnUsage {
  tokens: TurnTokens;
  /** Unix milliseconds. */
  startedAt: number;
}

/** What a loop is to do. Never changed. */
export interface LoopDefinition {
  /** Empty: none. */
  instructions: string;
  /**
   * The part of the conversation for the model. `fitting`: as much as fits into its context; `all`: a conversation that
   * does not fit fails the loop.
   */
  window: { type: 'fitting' } | { type: 'all' } | { type: 'last_messages'; messages: number };
  /** Token budgets of all turns together. Null: unlimited. */
  maxPromptTokens: number | null;
  maxCompletionTokens: number | null;
  /** What calls of the client's functions do: the loop waits for their outputs, or is completed by them. */
  clientCalls: 'wait' | 'complete';
  /** What an answer that was withheld in part does: the loop fails, or is incomplete. */
  withheld: 'fail' | 'cut';
  /** Whether the thoughts of the model are parts of the loop, or discarded. */
  thoughts: 'keep' | 'discard';
}

/** A stored loop. */
export interface LoopRecord {
  /** Also the id of its stream of events. */
  id: string;
  definition: LoopDefinition;
  status: LoopStatus;
  open: OpenPart | null;
  /** The calls of the open part, or else of the last one with calls. */
  calls: readonly ModelCall[];
  /** Tokens of all turns so far. */
  tokens: LoopTokens;
  error: LoopError | null;
  /** Why the loop is incomplete. */
  cut: LoopCut | null;
  /** The job that executes the loop. */
  jobId: string | null;
  /** The attempt of the job that may write; writes of other attempts are refused. */
  attempt: number;
  /** An active loop expires at this time, Unix milliseconds. Null: it does not expire. */
  expiresAt: number | null;
}

interface Closing {
  part: OpenPart;
  end: PartEnd;
  error?: LoopError;
  /** Set when the turn has ended. */
  tokens?: LoopTokens;
}

/** How a part is closed. `cut`: null where the message or the thought is complete. */
export type PartClosing =
  | (Closing & {
      type: 'message';
      text: string;
      citations: readonly Citation[];
      logprobs: readonly TokenLogprob[];
      cut: MessageCut | null;
    })
  | (Closing & { type: 'thought'; text: string; cut: MessageCut | null })
  | (Closing & { type: 'calls'; calls: readonly ModelCall[] });

/** One loop in one transaction. All methods but `lock` require the lock. */
export interface LoopTransaction {
  /** The streams of the project. */
  readonly events: EventRepository;
  /** Locks the loop until the transaction ends. Undefined when it does not exist. */
  lock(): Promise<LoopRecord | undefined>;
  /** Creates an empty part. */
  openPart(type: LoopPart): Promise<OpenPart>;
  /** The events of a part that is opened, or opened again by another worker. */
  describeOpened(part: OpenPart): Promise<NewEvent[]>;
  /**
   * Another worker restarts the loop: ends what the lost one was writing, and returns the events. The loop has no open
   * part then. Left out: the open part is opened again.
   */
  discardUnfinished?(): Promise<NewEvent[]>;
  /** Stores the whole part and returns its events. */
  closePart(closing: PartClosing): Promise<NewEvent[]>;
  /** Stores the calls of an open part, which wait for their outputs. */
  storeCalls(part: OpenPart, calls: readonly ModelCall[], tokens: LoopTokens | undefined): Promise<void>;
  /** The loop has a new status. Returns its events; `save` follows. */
  changeStatus(record: LoopRecord): Promise<NewEvent[]>;
  /** Stores the loop as it is at the end of the transition. */
  save(record: LoopRecord): Promise<void>;
  /** As in LoopStore. */
  listServerCalls(): Promise<readonly ModelCall[]>;
  /** Meters a turn for the key and the model of the loop. Precedes the changes that the end of the turn causes. */
  meter(usage: TurnUsage): Promise<void>;
}

/** An entry of the conversation: a message, or the calls of one turn with their outputs. */
export type HistoryEntry =
  | { type: 'message'; message: LanguageModelMessage }
  | { type: 'calls'; calls: readonly ModelCall[] };

/** The conversation before the next turn: all before the loop, then its closed parts. */
export interface LoopHistory {
  /** The newest entry first. Reads no further than it is iterated, apart from the rest of a page. */
  readBackwards(): AsyncIterable<HistoryEntry>;
  /** The oldest entry; undefined if there is none, or it is no finished message. */
  readFirst(): Promise<HistoryEntry | undefined>;
}

/** One loop for the job that executes it. */
export interface LoopStore {
  /** Id of the loop. */
  readonly id: string;
  readonly history: LoopHistory;
  /** `endsJob`: the transaction also ends the job. It is rolled back if another worker holds the job. */
  transaction<T>(work: (tx: LoopTransaction) => Promise<T>, options?: { endsJob?: boolean }): Promise<T>;
  /** The calls of server tools in the closed parts, in order. `sinceMessage`: those behind the last closed message. */
  listServerCalls(options?: { sinceMessage?: boolean }): Promise<readonly ModelCall[]>;
}
