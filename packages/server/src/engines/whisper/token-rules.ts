/**
 * Which tokens may follow: times come in pairs and never decrease, and tokens that no speech contains are excluded.
 * Changes the log odds of excluded tokens to minus infinity.
 */
import { TIMESTAMP_SECONDS, type Vocabulary } from './vocabulary.ts';

/** The first text of a window starts at most this late. */
const MAX_FIRST_TIME_SECONDS = 1;

export interface RuleOptions {
  /** No time lies behind the end of the audio. */
  audioSeconds: number;
}

/** `written`: the tokens of the window so far. */
export type ApplyRules = (logits: Float32Array, written: readonly number[]) => void;

export function createRules(vocabulary: Vocabulary, { audioSeconds }: RuleOptions): ApplyRules {
  const { firstTimestamp, endOfText, noTimestamps, noSpeech, unspoken, blank } = vocabulary;
  const lastTime = firstTimestamp + Math.ceil(audioSeconds / TIMESTAMP_SECONDS);
  const isTime = (token: number | undefined) => token !== undefined && token >= firstTimestamp;
  return (logits, written) => {
    const exclude = (from: number, to: number) => logits.fill(Number.NEGATIVE_INFINITY, from, Math.max(from, to));
    for (const token of unspoken) logits[token] = Number.NEGATIVE_INFINITY;
    exclude(noSpeech, noTimestamps + 1);
    exclude(lastTime + 1, logits.length);
    if (written.length === 0) {
      for (const token of blank) logits[token] = Number.NEGATIVE_INFINITY;
      exclude(0, firstTimestamp);
      exclude(firstTimestamp + Math.round(MAX_FIRST_TIME_SECONDS / TIMESTAMP_SECONDS) + 1, logits.length);
      return;
    }
    const [last, previous] = [written.at(-1), written.at(-2)];
    if (isTime(last)) {
      if (previous === undefined || isTime(previous)) exclude(firstTimestamp, logits.length);
      else exclude(0, endOfText);
    }
    const latest = written.findLast(isTime) ?? firstTimestamp;
    // A pair of equal times separates two segments; a segment has a length.
    exclude(firstTimestamp, isTime(last) && !isTime(previous) ? latest : latest + 1);
    if (preferTime(logits, firstTimestamp)) exclude(0, firstTimestamp);
  };
}

/** Whether all times together are more probable than each other token. */
function preferTime(logits: Float32Array, firstTimestamp: number): boolean {
  let text = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < firstTimestamp; i++) if ((logits[i] ?? 0) > text) text = logits[i] ?? 0;
  let time = Number.NEGATIVE_INFINITY;
  for (let i = firstTimestamp; i < logits.length; i++) if ((logits[i] ?? 0) > time) time = logits[i] ?? 0;
  if (time === Number.NEGATIVE_INFINITY) return false;
  let sum = 0;
  for (let i = firstTimestamp; i < logits.length; i++) sum += Math.exp((logits[i] ?? 0) - time);
  return time + Math.log(sum) > text;
}
