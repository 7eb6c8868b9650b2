/**
 * Translation of a run to one API: the events of its stream and the stored form of its messages.
 * The loop calls it within the transaction that writes the change. Implementations are pure.
 */
import type { EventRecord, NewEvent } from '../../storage/repositories/events.ts';
import type { MessageFields, MessageRecord } from '../../storage/repositories/messages.ts';
import type { RunStepRecord } from '../../storage/repositories/run-steps.ts';
import type { RunCall, RunRecord } from '../../storage/repositories/runs.ts';

/** A mark in the text of an answer that refers to a file. */
export interface Citation {
  /** The mark. */
  text: string;
  /** Position of the mark in the text of the message, in UTF-16 units. */
  start: number;
  end: number;
  fileId: string;
}

/** The records of a part; `message` only if the part is a message. */
export interface PartRecords {
  step?: RunStepRecord | undefined;
  message?: MessageRecord | undefined;
}

export interface TextDelta {
  messageId: string;
  text: string;
  /** Set in the first delta of a message and in those with citations; `index` counts the citations of the message. */
  citations?: readonly (Citation & { index: number })[] | undefined;
}

export interface CallDelta {
  stepId: string;
  /** Position of the call in its turn. */
  index: number;
}

export interface LoopOutput {
  onStatus(run: RunRecord): NewEvent[];
  /** Also called when a part is opened again after a worker was lost: readers discard the deltas before. */
  onPartOpened(part: PartRecords): NewEvent[];
  onPartClosed(part: PartRecords): NewEvent[];
  onText(delta: TextDelta): NewEvent;
  /** The model has named the function or the server tool that it calls. */
  onCall(delta: CallDelta & { call: RunCall }): NewEvent;
  onCallArguments(delta: CallDelta & { text: string }): NewEvent;
  /** Returns one delta in place of two adjacent ones; undefined if they stay two. */
  mergeDeltas(earlier: NewEvent, later: NewEvent): NewEvent | undefined;
  /** The text of the message after the event, given its text before. Deltas come from the stream of the run. */
  foldText(text: string, event: EventRecord, messageId: string): string;
  /** The content of a message as it is stored. */
  toContent(text: string, citations: readonly Citation[]): MessageFields['content'];
}
