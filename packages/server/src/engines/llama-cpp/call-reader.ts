/**
 * Parses calls from text that was decoded under the grammar of the same form, piece by piece. Pure.
 * Invariants: every character is text, part of a call, or part of the form around calls; text and arguments are emitted
 * as soon as they are unambiguous; a call starts when its name is complete. A call that equals an earlier one ends the
 * list and is not emitted; while a call is a prefix of an earlier one, it is held back.
 */
import type { ToolCallDelta } from '../language-model.ts';
import { CallRepeats } from './call-repeats.ts';
import { createPlainStates, nextPlainState, type PlainState } from './plain-call.ts';
import { type ToolForm, toRegExpSource } from './tool-form.ts';

export interface CallMarks {
  form: ToolForm;
  /** Whether text may precede the calls; otherwise calls start the answer. */
  afterText: boolean;
  /** Strings of the form that may be control tokens in the vocabulary. */
  tags: readonly string[];
  /** Functions that may be called as plain JSON at the start of the answer; undefined = plain JSON is text. */
  plain?: readonly string[] | undefined;
}

/** The start of a plain call, up to the brace that opens its arguments. */
const PLAIN_HEAD_ENDS = /"name"\s*:\s*"([A-Za-z0-9_-]+)"\s*,\s*"arguments"\s*:\s*\{$/;

type Part = 'start' | 'blank' | 'text' | 'head' | 'arguments' | 'tail' | 'ended';

export class CallReader {
  readonly #marker: string;
  readonly #afterText: boolean;
  /** The beginning of a call, up to its arguments. */
  readonly #headEnds: RegExp;
  /** The text between the arguments of a call and the next call. */
  readonly #tailEnds: RegExp;
  readonly #plainStates: readonly PlainState[];
  #plainState = 0;
  /** Whether the calls of this answer are plain JSON. */
  #isPlain = false;
  #part: Part;
  #held = '';
  #head = '';
  #tail = '';
  #index = -1;
  #object = new ObjectScanner();
  readonly #repeats = new CallRepeats();
  /** A delta that is held back because its call may repeat an earlier one. */
  #undecided: ToolCallDelta | undefined;

  constructor({ form, afterText, plain }: Omit<CallMarks, 'tags'>) {
    const { marker, before, middle, after, between } = form;
    this.#marker = marker;
    this.#afterText = afterText;
    this.#headEnds = new RegExp(`${toRegExpSource(before)}([A-Za-z0-9_-]+)${toRegExpSource(middle)}$`);
    this.#tailEnds = new RegExp(`^${toRegExpSource(after + between)}$`);
    this.#plainStates = plain === undefined ? [] : createPlainStates(plain);
    if (plain !== undefined) this.#part = 'start';
    else this.#part = afterText ? 'text' : 'blank';
  }

  push(text: string): { text: string; calls: ToolCallDelta[] } {
    const calls: ToolCallDelta[] = [];
    let shown = '';
    for (const character of text) {
      if (this.#part === 'start') shown += this.#readStart(character);
      else if (this.#part === 'blank') shown += this.#readBlank(character);
      else if (this.#part === 'text') shown += this.#afterText ? this.#readText(character) : character;
      else if (this.#part === 'head') this.#readHead(character, calls);
      else if (this.#part === 'arguments') this.#readArguments(character, calls);
      else if (this.#part === 'tail') this.#readTail(character);
    }
    return { text: shown, calls };
  }

  /** Call at the end of the answer. Returns the text that was held back as a possible call. */
  flush(): string {
    const rest = this.holds ? this.#held : '';
    this.#held = '';
    return rest;
  }

  /** Whether text is held back. */
  get holds(): boolean {
    return this.#held !== '' && ['start', 'blank', 'text'].includes(this.#part);
  }

  /** Whether a call has started; its name may be incomplete. */
  get called(): boolean {
    return this.#part === 'head' || this.#index >= 0;
  }

  /** Whether the last call equals an earlier one. This ends the answer. */
  get repeated(): boolean {
    return this.#part === 'ended';
  }

  #startCall(head: string): void {
    this.#part = 'head';
    this.#head = head;
    this.#held = '';
  }

  /** The start of an answer that may be a plain call. */
  #readStart(character: string): string {
    this.#held += character;
    const state = nextPlainState(this.#plainStates, this.#plainState, character);
    if (state !== undefined) {
      this.#plainState = state;
      if (this.#plainStates[state]?.name === undefined) return '';
      this.#isPlain = true;
      this.#startCall(this.#held);
      return '';
    }
    const text = this.#held;
    this.#held = '';
    this.#part = 'text';
    return Array.from(text, (each) => this.#readText(each)).join('');
  }

  /** Returns the text that cannot be a prefix of the marker. */
  #readText(character: string): string {
    this.#held += character;
    let shown = '';
    while (!this.#marker.startsWith(this.#held)) {
      shown += this.#held.charAt(0);
      this.#held = this.#held.slice(1);
    }
    if (this.#held === this.#marker) this.#startCall(this.#marker);
    return shown;
  }

  /** The start of an answer that has either calls only or text only. */
  #readBlank(character: string): string {
    this.#held += character;
    const begun = this.#held.trimStart();
    if (begun === this.#marker) this.#startCall(this.#marker);
    if (this.#part === 'head' || this.#marker.startsWith(begun)) return '';
    const shown = this.#held;
    this.#held = '';
    this.#part = 'text';
    return shown;
  }

  #readHead(character: string, calls: ToolCallDelta[]): void {
    this.#head += character;
    const name = (this.#isPlain ? PLAIN_HEAD_ENDS : this.#headEnds).exec(this.#head)?.[1];
    if (name === undefined) return;
    this.#index += 1;
    this.#part = 'arguments';
    this.#object = new ObjectScanner();
    this.#repeats.start(name);
    this.#emit({ index: this.#index, name, arguments: '' }, calls);
    if (this.#isPlain) this.#readArguments('{', calls);
  }

  #readArguments(character: string, calls: ToolCallDelta[]): void {
    const ends = this.#object.push(character);
    this.#repeats.push(character, this.#object.inString);
    if (ends && this.#repeats.end()) {
      this.#part = 'ended';
      return;
    }
    this.#emit({ index: this.#index, arguments: character }, calls);
    if (!ends) return;
    this.#part = 'tail';
    this.#tail = '';
    if (!this.#isPlain) this.#endTail();
  }

  #emit(delta: ToolCallDelta, calls: ToolCallDelta[]): void {
    const call = this.#undecided;
    if (call !== undefined) call.arguments += delta.arguments;
    if (this.#repeats.undecided) {
      this.#undecided ??= delta;
      return;
    }
    this.#undecided = undefined;
    const next = call ?? delta;
    const last = calls.at(-1);
    if (last?.index === next.index) last.arguments += next.arguments;
    else calls.push(next);
  }

  #readTail(character: string): void {
    if (this.#isPlain) {
      if (character === '{') this.#startCall(character);
      return;
    }
    this.#tail += character;
    this.#endTail();
  }

  /** If the form has no text between calls, the next call can start immediately. */
  #endTail(): void {
    if (this.#tailEnds.test(this.#tail)) this.#startCall('');
  }
}

/** Finds the end of a JSON object, character by character. */
class ObjectScanner {
  #depth = 0;
  #escaped = false;
  /** Whether the last character belongs to a string. */
  inString = false;

  /** Returns whether the character is the object's closing brace. */
  push(character: string): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = this.inString;
    else if (character === '"') this.inString = !this.inString;
    else if (this.inString) return false;
    else if (character === '{') this.#depth += 1;
    else if (character === '}') {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }
}
