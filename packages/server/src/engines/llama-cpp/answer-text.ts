/**
 * Turns sampled tokens into token events: text is decoded so that no character is cut, and end-of-turn strings are found and hidden.
 * Invariants: joined, the events' texts are the answer; a token whose text might belong to an end of turn waits with its event, so
 * that tokens which turn out to be the end of turn are not counted.
 */
import { createStopMatcher } from '../../lib/stop-matcher.ts';
import type { GenerateEvent, TokenLogprob } from '../language-model.ts';
import type { CallReader } from './call-reader.ts';
import type { ThoughtReader } from './thought-reader.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface AnswerTextOptions<Token> {
  /** Text of `tokens`, given the tokens before them; bytes of an incomplete character come out as U+FFFD. */
  detokenize(tokens: Token[], before: Token[]): string;
  /** The prompt's last tokens: whether the first word has a space before it depends on them. */
  promptTail: readonly Token[];
  endOfTurn: readonly string[];
  /** Takes thoughts out of the text; undefined = there are none. */
  thoughts?: ThoughtReader;
  /** Takes calls out of the text; undefined = there are none. */
  reader?: CallReader;
}

export interface AnswerText<Token> {
  /** Takes a sampled token and its log probability, where that is wanted; returns the events that may be sent by now, and whether the turn has ended. */
  push(token: Token, logprob?: TokenLogprob): { events: TokenEvent[]; ended: boolean };
  /** The answer is over: the events still held back. */
  flush(): TokenEvent[];
  /** Whether the answer calls functions. */
  readonly called: boolean;
}

const REPLACEMENT = '\uFFFD';
/** Tokens that the decoding of the next one depends on. */
const CONTEXT_TOKENS = 4;
/** No character is spread over more tokens: what is incomplete for longer is not UTF-8 and is shown as it is. */
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
  /** Units of text that the matcher has taken and not given back. */
  let heldUnits = 0;

  const release = (): TokenEvent[] => {
    const events = held;
    held = [];
    return events;
  };

  return {
    push(token, logprob) {
      const decoded = decode(token);
      const spoken = thoughts?.push(decoded) ?? { text: decoded, thought: false };
      const read = reader?.push(spoken.text) ?? { text: spoken.text, calls: [] };
      const { text, stopped } = matcher.push(read.text);
      heldUnits += read.text.length - text.length;
      held.push({
        type: 'token',
        text,
        ...(read.calls.length === 0 ? {} : { calls: read.calls }),
        ...(logprob === undefined ? {} : { logprob }),
      });
      // With it, those that were held because a thought might begin in them.
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
