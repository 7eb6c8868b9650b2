/**
 * Which tokens wrote the text that is shown: lines log probabilities up with text that stop strings hold back and cut. Positions are
 * units of the engine's text. Invariant: tokens come out in order, each once, with the text that shows the first unit of theirs or
 * sooner; a token of which nothing is shown (it began in or after a stop string, or wrote a call) never comes out.
 */
import type { TokenLogprob } from '../engines/language-model.ts';

export interface TokenTrail {
  /** A token was sampled, and `text` came with it. */
  add(token: TokenLogprob, text: string): void;
  /** So many more units of text are shown; returns the tokens that wrote them. */
  show(units: number): TokenLogprob[];
  /** The tokens since the last text wrote a call: they write no text. */
  drop(): void;
  /** The answer is over and all its text shown: the tokens that wrote none of it, such as half a character. */
  rest(): TokenLogprob[];
}

interface Step {
  token: TokenLogprob;
  /** Where the text begins that this token helped to write. */
  start: number;
}

export function createTokenTrail(): TokenTrail {
  let steps: Step[] = [];
  /** Units that the engine gave, and units that were shown. */
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
