/**
 * Converts sampled tokens to token events: decodes text without cutting characters, and removes end-of-turn strings.
 * Invariants: the joined texts of the events are the answer; an event whose text may belong to an end-of-turn string is
 * held back, so that the tokens of that string are not counted.
 */
import { defined } from '../../lib/defined.ts';
import { createStopMatcher } from '../../lib/stop-matcher.ts';
import type { GenerateEvent, TokenLogprob } from '../language-model.ts';
import type { CallReader } from './call-reader.ts';
import type { Spoken, ThoughtReader } from './thought-reader.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface AnswerTextOptions<Token> {
  /** Returns the text of `tokens`, given the tokens before them, with U+FFFD for incomplete characters. */
  detokenize(tokens: Token[], before: Token[]): string;
  /** The prompt's last tokens: they determine whether the first word starts with a space. */
  promptTail: readonly Token[];
  endOfTurn: readonly string[];
  /** Removes thoughts from the text; undefined = the answer has no thoughts. */
  thoughts?: ThoughtReader;
  /** Removes calls from the text; undefined = the answer has no calls. */
  reader?: CallReader;
}

export interface AnswerText<Token> {
  /**
   * Adds a sampled token, with its log probability if requested. Returns the events that can be sent, and whether the
   * turn has ended.
   */
  push(token: Token, logprob?: TokenLogprob): { events: TokenEvent[]; ended: boolean };
  /** Call at the end of the answer. Returns the events that were held back. */
  flush(): TokenEvent[];
  /** Whether the answer contains calls. */
  readonly called: boolean;
}

const REPLACEMENT = '\uFFFD';
/** Number of tokens that the decoding of the next one depends on. */
const CONTEXT_TOKENS = 4;
/** No character has more tokens: longer incomplete sequences are invalid UTF-8 and are emitted unchanged. */
const MAX_INCOMPLETE_TOKENS = 8;

function createTokenDecoder<Token>({ detokenize, promptTail }: AnswerTextOptions<Token>): (token: Token) => string {
  let before = promptTail.slice(-CONTEXT_TOKENS);
  let incomplete: Token[] = [];
  let shown = 0;
  return (token) => {
    incomplete.push(token);
    const text = detokenize(incomplete, before);
    const waits = text.endsWith(REPLACEMENT) && incomplete.length < MAX_INCOMPLETE_TOKENS;
    const visible = text.slice(shown, waits ? -REPLACEMENT.length : undefined);
    shown += visible.length;
    if (!waits) {
      before = [...before, ...incomplete].slice(-CONTEXT_TOKENS);
      incomplete = [];
      shown = 0;
    }
    return visible;
  };
}

export function createAnswerText<Token>(options: AnswerTextOptions<Token>): AnswerText<Token> {
  const decode = createTokenDecoder(options);
  const { thoughts, reader } = options;
  const matcher = createStopMatcher(options.endOfTurn);
  let held: TokenEvent[] = [];
  /** UTF-16 units of text that the matcher holds. */
  let heldUnits = 0;

  const release = (): TokenEvent[] => {
    const events = held;
    held = [];
    return events;
  };

  return {
    push(token, logprob) {
      const decoded = decode(token);
      const spoken: Spoken = thoughts?.push(decoded) ?? { text: decoded, thought: false };
      const read = reader?.push(spoken.text) ?? { text: spoken.text, calls: [] };
      const { text, stopped } = matcher.push(read.text);
      heldUnits += read.text.length - text.length;
      held.push({
        type: 'token',
        text,
        ...defined({ calls: read.calls.length === 0 ? undefined : read.calls, logprob }),
        ...(spoken.thoughtText === undefined || spoken.thoughtText === '' ? {} : { thoughtText: spoken.thoughtText }),
      });
      // Held events belong to the thought too: they were held as its possible beginning.
      if (spoken.thought) for (const event of held) event.thought = true;
      if (stopped) {
        const lastShown = held.findLastIndex((event) => event.text !== '');
        return { events: release().slice(0, lastShown + 1), ended: true };
      }
      if (reader?.repeated === true) return { events: release(), ended: true };
      const holds = heldUnits > 0 || thoughts?.holds === true || reader?.holds === true;
      return { events: holds ? [] : release(), ended: false };
    },
    flush() {
      const late = thoughts?.flush() ?? '';
      const unread = reader === undefined ? late : reader.push(late).text + reader.flush();
      const rest = matcher.push(unread).text + matcher.flush();
      const last = held.at(-1);
      if (last !== undefined) last.text += rest;
      return release();
    },
    get called() {
      return reader?.called === true;
    },
  };
}
