/**
 * The heads of the decoder whose attention follows the audio word by word, as published with the models. For other
 * models, all heads of the upper half are used.
 */
import type { WhisperShape } from '../../models/formats/whisper-file.ts';
import type { Head } from './decoder.ts';

/** By layers of encoder and decoder, and vocabulary: pairs of a layer and a head. */
const PUBLISHED: Readonly<Record<string, string>> = {
  '4 4 51865': '2.2 3.0 3.2 3.3 3.4 3.5',
  '4 4 51864': '1.0 2.0 2.5 3.0 3.1 3.2 3.3 3.4',
  '6 6 51865': '3.1 4.2 4.3 4.7 5.1 5.2 5.4 5.6',
  '6 6 51864': '3.3 4.7 5.1 5.5 5.7',
  '12 12 51865': '5.3 5.9 8.0 8.4 8.7 8.8 9.0 9.7 9.9 10.5',
  '24 24 51865': '13.15 15.4 15.15 16.1 20.0 23.4',
  '32 32 51866': '7.0 10.17 12.18 13.12 16.1 17.14 19.11 21.4 24.1 25.6',
  '32 4 51866': '2.4 2.11 3.3 3.6 3.11 3.14',
};

export function alignmentHeadsOf({ audioLayers, textLayers, textHeads, vocabulary }: WhisperShape): readonly Head[] {
  const published = PUBLISHED[`${audioLayers} ${textLayers} ${vocabulary}`];
  if (published !== undefined) {
    return published.split(' ').map((pair) => {
      const [layer = 0, head = 0] = pair.split('.').map(Number);
      return [layer, head];
    });
  }
  const upper = Array.from({ length: Math.ceil(textLayers / 2) }, (_, i) => textLayers - 1 - i);
  return upper.toReversed().flatMap((layer) => Array.from({ length: textHeads }, (_, head): Head => [layer, head]));
}
