/**
 * Pieces of calls as upstreams send them → pieces of numbered calls. Indexes and ids only tell calls apart: servers leave them out, begin
 * at 1, give every call the index 0 or every piece a new id. Invariants: calls are numbered from 0 in order of arrival; a call is passed
 * on after the one before it is whole; arguments that were left empty are `{}`.
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
  /** Characters of `text` that were passed on. */
  sent: number;
}

export class CallReader {
  readonly #severalCalls: boolean;
  #calls: Call[] = [];
  /** Position of the call that is being passed on. */
  #open = 0;

  /** `severalCalls`: whether calls behind the first are passed on. */
  constructor(severalCalls: boolean) {
    this.#severalCalls = severalCalls;
  }

  /** What can be passed on by now. */
  read(pieces: readonly ChunkCall[]): ToolCallDelta[] {
    for (const piece of pieces) if (!isEmpty(piece)) this.#add(piece);
    return pieces.length === 0 ? [] : this.#passReady();
  }

  /** What was held back. `isCut`: the last call may be incomplete. @throws WireError for a call without a name. */
  end(isCut: boolean): ToolCallDelta[] {
    const named = this.#calls.filter(({ name, text }) => name !== '' || text !== '');
    this.#calls = this.#severalCalls ? named : named.slice(0, 1);
    return this.#calls.slice(this.#open).flatMap((call, behind) => {
      if (call.name === '') throw new WireError('it sent a call that names no function.');
      const position = this.#open + behind;
      const mayBeCut = isCut && position === this.#calls.length - 1;
      const rest = call.text.slice(call.sent);
      return pass(call, position, call.text.trim() === '' && !mayBeCut ? '{}' : rest);
    });
  }

  /** Whether a named call has begun. */
  get hasCalls(): boolean {
    return this.#calls.some(({ name }) => name !== '');
  }

  /** Whether a second call has begun and the first is whole. */
  get hasNext(): boolean {
    const [first, second] = this.#calls;
    return first !== undefined && second !== undefined && second.name !== '' && isWhole(first);
  }

  #add(piece: ChunkCall): void {
    const known = findCandidate(this.#calls, piece);
    const call: Call =
      known !== undefined && !beginsCall(known, piece)
        ? known
        : { index: piece.index, id: piece.id, name: '', text: '', isAnnounced: false, sent: 0 };
    if (call !== known) this.#calls.push(call);
    call.index ??= piece.index;
    call.id ??= piece.id;
    if (call.name === '') call.name = piece.name ?? '';
    if (piece.arguments === '') return;
    call.text = isUnsettled(call) ? piece.arguments : call.text + piece.arguments;
  }

  #passReady(): ToolCallDelta[] {
    const ready: ToolCallDelta[] = [];
    for (let call = this.#calls[this.#open]; call !== undefined && call.name !== ''; call = this.#calls[this.#open]) {
      const isLast = this.#open === this.#calls.length - 1;
      ready.push(...pass(call, this.#open, isLast && isUnsettled(call) ? '' : call.text.slice(call.sent)));
      if (!this.#severalCalls || isLast || !isWhole(call)) break;
      this.#open += 1;
    }
    return ready;
  }
}

function pass(call: Call, index: number, text: string): ToolCallDelta[] {
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

/** Its arguments may yet come: some servers send `{}` first and the arguments behind it. Nothing of them was passed on. */
function isUnsettled({ text, sent }: Call): boolean {
  return sent === 0 && (text.trim() === '' || EMPTY_OBJECT.test(text));
}

function isWhole({ text }: Pick<Call, 'text'>): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The call that a piece belongs to if it does not begin one. */
function findCandidate(calls: readonly Call[], { index, id, name }: ChunkCall): Call | undefined {
  const sameIndex = index === undefined ? undefined : calls.findLast((call) => call.index === index);
  const sameId = id === undefined ? undefined : calls.findLast((call) => call.id === id);
  const isUnnumbered = index === undefined && id === undefined;
  return sameIndex ?? sameId ?? (name === undefined || isUnnumbered ? calls.at(-1) : undefined);
}

/** Whether a piece begins a call of its own, although its index or its id is that of `call`. */
function beginsCall(call: Call, { index, id, name, arguments: text }: ChunkCall): boolean {
  const hasNewId = id !== undefined && call.id !== undefined && id !== call.id;
  // Some servers give each piece an id of its own: only behind a whole call is that another call.
  if (name === undefined) return hasNewId && isWhole(call);
  if (call.name === '') return hasNewId;
  if (hasNewId || name !== call.name) return !continues(call, name, text);
  if (continues(call, name, text)) return false;
  const hasNewIndex = index !== undefined && call.index !== undefined && index !== call.index;
  if (hasNewIndex || (index === undefined && id === undefined)) return true;
  // The head of a call that is repeated, or the arguments that a server sends behind an empty object.
  if (text.trim() === '' || call.text.trim() === '') return false;
  return !(id !== undefined && isUnsettled(call));
}

/** A piece that repeats the name of its call: its text makes sense only behind the text that there is. */
function continues(call: Call, name: string, text: string): boolean {
  const isInside = call.text.trim() !== '' && text.trim() !== '' && !text.trimStart().startsWith('{');
  return name === call.name && isInside && !isWhole(call);
}
