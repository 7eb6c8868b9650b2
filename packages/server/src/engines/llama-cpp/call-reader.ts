/**
 * Reads calls back from text that was decoded under the grammar of the same form, piece by piece. Pure.
 * Invariants: every character is text, part of a call, or of the form around calls; text and arguments come out as soon as they
 * cannot be anything else; a call begins when its name is whole.
 */
import type { ToolCallDelta } from '../language-model.ts';

export interface CallMarks {
  /** What opens a call. */
  marker: string;
  /** Whether text may stand before the calls; else they begin the answer. */
  afterText: boolean;
  /** Strings of the form that may be control tokens of the vocabulary. */
  tags: readonly string[];
}

export interface CallReader {
  push(text: string): { text: string; calls: ToolCallDelta[] };
  /** The answer is over: text that might have become a call. */
  flush(): string;
  /** Whether text is held back. */
  readonly holds: boolean;
  /** Whether a call has begun, its name not necessarily. */
  readonly called: boolean;
}

type Part = 'blank' | 'text' | 'head' | 'arguments' | 'tail';

const HEAD = /\{"name": ("[^"]*"), "arguments": $/;

export function createCallReader({ marker, afterText }: Omit<CallMarks, 'tags'>): CallReader {
  let part: Part = afterText ? 'text' : 'blank';
  let held = '';
  let head = '';
  let index = -1;
  let braces = createBraceCounter();

  const beginCall = () => {
    part = 'head';
    head = marker === '{' ? marker : '';
    held = '';
  };

  /** Text: gives back what cannot be the marker's beginning. */
  const readText = (character: string): string => {
    held += character;
    let shown = '';
    while (!marker.startsWith(held)) {
      shown += held[0];
      held = held.slice(1);
    }
    if (held === marker) beginCall();
    return shown;
  };

  /** The beginning of an answer that either is calls or never has any. */
  const readBlank = (character: string): string => {
    held += character;
    const begun = held.trimStart();
    if (begun === marker) beginCall();
    if (part === 'head' || marker.startsWith(begun)) return '';
    const shown = held;
    held = '';
    part = 'text';
    return shown;
  };

  return {
    push(text) {
      let shown = '';
      const calls: ToolCallDelta[] = [];
      for (const character of text) {
        if (part === 'blank') shown += readBlank(character);
        else if (part === 'text') shown += afterText ? readText(character) : character;
        else if (part === 'head') {
          head += character;
          const name = HEAD.exec(head)?.[1];
          if (name === undefined) continue;
          index += 1;
          part = 'arguments';
          braces = createBraceCounter();
          calls.push({ index, name: JSON.parse(name) as string, arguments: '' });
        } else if (part === 'arguments') {
          const last = calls.at(-1);
          if (last?.index === index) last.arguments += character;
          else calls.push({ index, arguments: character });
          if (braces(character)) part = 'tail';
        } else {
          held = (held + character).slice(-marker.length);
          if (held === marker) beginCall();
        }
      }
      return { text: shown, calls };
    },
    flush() {
      const rest = part === 'blank' || part === 'text' ? held : '';
      held = '';
      return rest;
    },
    get holds() {
      return held !== '' && (part === 'blank' || part === 'text');
    },
    get called() {
      return part === 'head' || index >= 0;
    },
  };
}

/** Takes a JSON object character by character; true with its last brace. */
function createBraceCounter(): (character: string) => boolean {
  let depth = 0;
  let inString = false;
  let escaped = false;
  return (character) => {
    if (escaped) escaped = false;
    else if (character === '\\') escaped = inString;
    else if (character === '"') inString = !inString;
    else if (inString) return false;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      return depth === 0;
    }
    return false;
  };
}
