/** A transition that is being written: the loop after it, and the events that it adds to the stream. */
import type { TokenLogprob } from '../../engines/language-model.ts';
import { defined } from '../../lib/defined.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { CitedSource, LoopOutput } from './loop-output.ts';
import type { OpenPart } from './loop-state.ts';
import type { LoopRecord, LoopTokens, LoopTransaction } from './loop-store.ts';
import { readWrittenText } from './read-written-text.ts';
import type { CitationFinder } from './server-tools.ts';
import type { LoopCommand } from './state-machine.ts';

export interface Draft {
  record: LoopRecord;
  events: NewEvent[];
  tx: LoopTransaction;
  deps: { output: LoopOutput; citations: CitationFinder };
  /** Set when the turn has ended. */
  tokens: LoopTokens | undefined;
  /** The tokens of the open message. */
  logprobs: readonly TokenLogprob[];
  /** What tools showed since the last message. */
  shown: readonly CitedSource[];
}

type OpenCommand = Extract<LoopCommand, { type: 'open-part' }>;
type CloseCommand = Extract<LoopCommand, { type: 'close-part' }>;

export async function openPart(draft: Draft, { part, resumed }: OpenCommand): Promise<void> {
  const { record, tx, events } = draft;
  const open = (resumed ? record.open : null) ?? (await tx.openPart(part));
  draft.record = { ...record, open };
  events.push(...(await tx.describeOpened(open)));
}

export async function closePart(draft: Draft, command: CloseCommand): Promise<void> {
  const { record, tx, events, tokens } = draft;
  const { open } = record;
  if (open === null) return;
  const { end, error } = command;
  const closing = { part: open, end, ...defined({ error, tokens }) };
  events.push(...(await tx.closePart({ ...closing, ...(await readContent(draft, open, command)) })));
  draft.record = { ...draft.record, open: null };
}

async function readContent(draft: Draft, { id, type }: OpenPart, command: CloseCommand) {
  if (type === 'calls') return { type, calls: draft.record.calls };
  const { cut } = command;
  const { text, ...message } = await readMessage(draft, id, command);
  return type === 'thought' ? { type, cut, text } : { type, cut, text, ...message };
}

async function readMessage({ record, tx, deps, logprobs, shown }: Draft, partId: string, command: CloseCommand) {
  const { output, citations } = deps;
  const ids = { streamId: record.id, partId };
  const text = command.text ?? (await readWrittenText(tx.events, output, ids));
  const mayCite = citations.mayEndCitation(text, text);
  const cited = mayCite ? citations.findCitations(text, await tx.listServerCalls()) : [];
  return { text, citations: [...shown.map(toShown), ...cited], logprobs };
}

/** A file that a tool showed has no place in the text. */
export const toShown = (source: CitedSource) => ({ text: '', start: 0, end: 0, source });
