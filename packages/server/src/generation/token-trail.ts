/**
 * Aligns log probabilities with emitted text, which stop strings hold back and cut. Positions are UTF-16 units of the
 * engine's text.
 * Invariants: tokens are returned in order, each once, at the latest with the text that has their first unit; a token
 * without emitted text (in or after a stop string, or of a call) is never returned.
 */
import type { TokenLogprob } from '../engines/language-model.ts';

export interface TokenTrail {
  /** Adds a sampled token and its text. */
  add(token: TokenLogprob, text: string): void;
  /** Returns the tokens of the next `units` units of emitted text. */
  show(units: number): TokenLogprob[];
  /** Drops the pending tokens: they are part of a call. */
  drop(): void;
  /** Returns the tokens without text after all text was emitted, such as those of an incomplete character. */
  rest(): TokenLogprob[];
}

interface Step {
  token: TokenLogprob;
  /** Position of the token's text. */
  start: number;
}

export function createTokenTrail(): TokenTrail {
  let steps: Step[] = [];
  /** Units received from the engine, and units emitted. */
  let given = 0;
  let shown = 0;

  return {
    add(token, text) {
      steps.push({ token, start: given });
      given += text.length;
    },
    show(units) {
      shown += units;
      const count = steps.findIndex(({ start }) => start >= shown);
      return steps.splice(0, count < 0 ? steps.length : count).map(({ token }) => token);
    },
    drop() {
      steps = [];
    },
    rest() {
      return steps.splice(0).map(({ token }) => token);
    },
  };
}
