/** Translation of the deltas of a loop to the events of one API. Implementations change nothing. */
import type { TokenLogprob } from '../../engines/language-model.ts';
import type { EventRecord, NewEvent } from '../../storage/repositories/events.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { OpenPart } from './loop-state.ts';

/** What a citation refers to. */
export type CitedSource =
  | { type: 'file'; fileId: string }
  | { type: 'page'; url: string; title: string }
  /** A file that code wrote. `fileId`: the file of the project that has the same content. */
  | { type: 'written_file'; containerId: string; containerFileId: string; fileId: string | null; filename: string };

/** A mark in the text of an answer that refers to a source. */
export interface Citation {
  /** The mark. Empty for a file that a tool showed, which has no place in the text. */
  text: string;
  /** Position of the mark in the text of the message, in UTF-16 units. */
  start: number;
  end: number;
  source: CitedSource;
}

export interface TextDelta {
  part: OpenPart;
  text: string;
  /** Set in the first delta of a message and in those with citations; `index` counts the citations of the message. */
  citations?: readonly (Citation & { index: number })[] | undefined;
  /** The tokens of the text, if the loop asks for their log probabilities. */
  logprobs?: readonly TokenLogprob[] | undefined;
}

export interface ThoughtDelta {
  part: OpenPart;
  text: string;
}

export interface CallDelta {
  part: OpenPart;
  /** Position of the call in its turn. */
  index: number;
}

export interface LoopOutput {
  onThought(delta: ThoughtDelta): NewEvent[];
  onText(delta: TextDelta): NewEvent[];
  /** The model has named the function or the server tool that it calls. */
  onCall(delta: CallDelta & { call: ModelCall }): NewEvent[];
  /** `call`: the call with its arguments so far. */
  onCallArguments(delta: CallDelta & { call: ModelCall; text: string }): NewEvent[];
  /** The model has ended the call, which the server runs now. */
  onCallRun(delta: CallDelta & { call: ModelCall }): NewEvent[];
  /** Returns one delta in place of two adjacent ones; undefined if they stay two. */
  mergeDeltas(earlier: NewEvent, later: NewEvent): NewEvent | undefined;
  /** The text of the message or thought with the id `partId` after the event, given its text before. */
  foldText(text: string, event: EventRecord, partId: string): string;
}
