/** Facts about the voices of Kokoro-82M. Their names state accent and sex: `af_heart` is American and female. */
import type { SpeechVoice } from '../speech-model.ts';

/** The voices with the best training data come first. */
const BEST = ['af_heart', 'af_bella', 'bf_emma', 'am_michael', 'am_fenrir', 'af_nicole'];

/** For the names of the hosted service's voices: 13 different voices, by name where one exists. */
export const HOSTED_VOICES: Readonly<Record<string, string>> = {
  alloy: 'af_alloy',
  ash: 'am_puck',
  ballad: 'bm_george',
  coral: 'af_bella',
  echo: 'am_echo',
  fable: 'bm_fable',
  onyx: 'am_onyx',
  nova: 'af_nova',
  sage: 'af_sarah',
  shimmer: 'bf_emma',
  verse: 'am_fenrir',
  marin: 'af_heart',
  cedar: 'am_michael',
};

export function toVoices(names: readonly string[]): SpeechVoice[] {
  const rank = (name: string) => (BEST.includes(name) ? BEST.indexOf(name) : BEST.length);
  return names
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((id) => ({ id, language: id.startsWith('b') ? 'en-GB' : 'en-US' }));
}
