/**
 * Calls of custom tools. For the engine, a custom tool is a function with one string argument, `input`; this module
 * extracts it from the JSON piece by piece. Pure. Invariant: the pieces, joined, are the input.
 */
import type { GenerationEvent } from '../generate.ts';

/** Schema of a custom tool's arguments. `pattern`: the whole input matches it. */
export function toInputSchema(pattern: string | undefined): Record<string, unknown> {
  const input = { type: 'string', ...(pattern === undefined ? {} : { pattern: `^(?:${pattern})$` }) };
  return { type: 'object', properties: { input }, required: ['input'], additionalProperties: false };
}

/** The arguments of a call with this input. */
export function toArguments(input: string): string {
  return JSON.stringify({ input });
}

/** The input of a call, which may be cut. */
export function toInput(text: string): string {
  return new InputReader().push(text);
}

/** With `custom`, the text of an event is a piece of the input. */
export type CallEvent = GenerationEvent & { custom?: true };

/** Marks the events of calls of custom tools. */
export async function* readCustomCalls(
  events: AsyncIterable<GenerationEvent>,
  customs: ReadonlySet<string>,
): AsyncGenerator<CallEvent> {
  const readers = new Map<string, InputReader>();
  for await (const event of events) {
    if (event.type === 'tool-call' && customs.has(event.name)) {
      readers.set(`${event.choice}/${event.index}`, new InputReader());
      yield { ...event, custom: true };
    } else if (event.type === 'tool-arguments') {
      const reader = readers.get(`${event.choice}/${event.index}`);
      yield reader === undefined ? event : { ...event, text: reader.push(event.text), custom: true };
    } else yield event;
  }
}

const BEGIN = /^\s*\{\s*"input"\s*:\s*"/;

/** Reads `{"input": "…"}` in pieces and returns the certain part of the string. */
class InputReader {
  #held = '';
  #began = false;
  #ended = false;

  push(text: string): string {
    if (this.#ended) return '';
    this.#held += text;
    if (!this.#began) {
      const begin = BEGIN.exec(this.#held);
      if (begin === null) return '';
      this.#began = true;
      this.#held = this.#held.slice(begin[0].length);
    }
    // Whole characters and whole escapes; the two escapes of a surrogate pair stay together.
    const whole =
      /^(?:[^"\\]|\\["\\/bfnrt]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|\\u(?![dD][89abAB])[0-9a-fA-F]{4})*/;
    const piece = whole.exec(this.#held)?.[0] ?? '';
    this.#held = this.#held.slice(piece.length);
    this.#ended = this.#held.startsWith('"');
    return JSON.parse(`"${piece}"`) as string;
  }
}
