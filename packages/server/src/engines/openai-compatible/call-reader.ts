/**
 * Converts the call deltas of upstreams to deltas of numbered calls. Indexes and ids only distinguish calls: servers
 * omit them, start at 1, give every call the index 0, or give every delta a new id. Invariants: calls are numbered from
 * 0 in order of arrival; a call is emitted after the previous one is complete; empty arguments become `{}`.
 */
import type { ToolCallDelta } from '../language-model.ts';
import type { ChunkCall } from './chunk.ts';
import { WireError } from './wire-value.ts';

interface Call {
  index?: number | undefined;
  id?: string | undefined;
  name: string;
  text: string;
  isAnnounced: boolean;
  /** Emitted characters of `text`. */
  sent: number;
}

export class CallReader {
  readonly #severalCalls: boolean;
  #calls: Call[] = [];
  /** Position of the call whose deltas are being emitted. */
  #open = 0;

  /** `severalCalls`: whether calls after the first are emitted. */
  constructor(severalCalls: boolean) {
    this.#severalCalls = severalCalls;
  }

  /** Returns the deltas that can be emitted now. */
  read(pieces: readonly ChunkCall[]): ToolCallDelta[] {
    for (const piece of pieces) if (!isEmpty(piece)) this.#add(piece);
    return pieces.length === 0 ? [] : this.#takeReady();
  }

  /**
   * Returns the remaining deltas. `isCut`: the last call may be incomplete. @throws WireError for a call without a
   * name.
   */
  end(isCut: boolean): ToolCallDelta[] {
    const named = this.#calls.filter(({ name, text }) => name !== '' || text !== '');
    this.#calls = this.#severalCalls ? named : named.slice(0, 1);
    return this.#calls.slice(this.#open).flatMap((call, behind) => {
      if (call.name === '') throw new WireError('it sent a call that names no function.');
      const position = this.#open + behind;
      const mayBeCut = isCut && position === this.#calls.length - 1;
      const rest = call.text.slice(call.sent);
      return emit(call, position, call.text.trim() === '' && !mayBeCut ? '{}' : rest);
    });
  }

  /** Whether a named call has started. */
  get hasCalls(): boolean {
    return this.#calls.some(({ name }) => name !== '');
  }

  /** Whether a second call has started and the first is complete. */
  get hasNext(): boolean {
    const [first, second] = this.#calls;
    return first !== undefined && second !== undefined && second.name !== '' && isComplete(first);
  }

  #add(piece: ChunkCall): void {
    const known = findCandidate(this.#calls, piece);
    const call: Call =
      known !== undefined && !startsCall(known, piece)
        ? known
        : { index: piece.index, id: piece.id, name: '', text: '', isAnnounced: false, sent: 0 };
    if (call !== known) this.#calls.push(call);
    call.index ??= piece.index;
    call.id ??= piece.id;
    if (call.name === '') call.name = piece.name ?? '';
    if (piece.arguments === '') return;
    call.text = isUnsettled(call) ? piece.arguments : call.text + piece.arguments;
  }

  #takeReady(): ToolCallDelta[] {
    const ready: ToolCallDelta[] = [];
    for (let call = this.#calls[this.#open]; call !== undefined && call.name !== ''; call = this.#calls[this.#open]) {
      const isLast = this.#open === this.#calls.length - 1;
      ready.push(...emit(call, this.#open, isLast && isUnsettled(call) ? '' : call.text.slice(call.sent)));
      if (!this.#severalCalls || isLast || !isComplete(call)) break;
      this.#open += 1;
    }
    return ready;
  }
}

function emit(call: Call, index: number, text: string): ToolCallDelta[] {
  const isFirst = !call.isAnnounced;
  if (!isFirst && text === '') return [];
  call.isAnnounced = true;
  call.sent += text.length;
  return [{ index, ...(isFirst ? { name: call.name } : {}), arguments: text }];
}

function isEmpty({ id, name, arguments: text }: ChunkCall): boolean {
  return id === undefined && name === undefined && text === '';
}

const EMPTY_OBJECT = /^\s*\{\s*\}\s*$/;

/** Whether the arguments may still follow: some servers send `{}` first. No argument has been emitted then. */
function isUnsettled({ text, sent }: Call): boolean {
  return sent === 0 && (text.trim() === '' || EMPTY_OBJECT.test(text));
}

function isComplete({ text }: Pick<Call, 'text'>): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The call that a delta belongs to unless it starts a new one. */
function findCandidate(calls: readonly Call[], { index, id, name }: ChunkCall): Call | undefined {
  const sameIndex = index === undefined ? undefined : calls.findLast((call) => call.index === index);
  const sameId = id === undefined ? undefined : calls.findLast((call) => call.id === id);
  const isUnnumbered = index === undefined && id === undefined;
  return sameIndex ?? sameId ?? (name === undefined || isUnnumbered ? calls.at(-1) : undefined);
}

/** Whether a delta starts a new call although it has the index or the id of `call`. */
function startsCall(call: Call, { index, id, name, arguments: text }: ChunkCall): boolean {
  const hasNewId = id !== undefined && call.id !== undefined && id !== call.id;
  // Some servers give each delta a new id: it means another call only after a complete one.
  if (name === undefined) return hasNewId && isComplete(call);
  if (call.name === '') return hasNewId;
  if (hasNewId || name !== call.name) return !continues(call, name, text);
  if (continues(call, name, text)) return false;
  const hasNewIndex = index !== undefined && call.index !== undefined && index !== call.index;
  if (hasNewIndex || (index === undefined && id === undefined)) return true;
  // A repeated head of the call, or arguments that a server sends after an empty object.
  if (text.trim() === '' || call.text.trim() === '') return false;
  return !(id !== undefined && isUnsettled(call));
}

/** Whether a delta that repeats the call's name continues its text: an incomplete object cannot start anew. */
function continues(call: Call, name: string, text: string): boolean {
  const isContinuation = call.text.trim() !== '' && text.trim() !== '' && !text.trimStart().startsWith('{');
  return name === call.name && isContinuation && !isComplete(call);
}
