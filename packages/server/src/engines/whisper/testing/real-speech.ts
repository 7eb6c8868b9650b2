/** Recordings of people and a Whisper file for tests. Only fixtures may read the environment. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path of `ggml-whisper-base.bin`. */
export const realWhisperPath: string | undefined = process.env['SELFSAME_TEST_WHISPER'];
/** Folder with the unpacked Debian packages pocketsphinx-testdata and alsa-utils. */
export const recordingsFolder: string | undefined = process.env['SELFSAME_TEST_RECORDINGS'];

/** Sentences of LibriVox, and prompts: file and words. */
export const SENTENCES: readonly (readonly [file: string, words: string])[] = [
  ...[
    [
      '0870',
      'and mr john dashwood had then leisure to consider how much there might be prudently in his power to do for them',
    ],
    ['0880', 'he was not an ill disposed young man'],
    ['0890', 'unless to be rather cold hearted and rather selfish is to be ill disposed'],
    ['0920', 'had he married a more amiable woman he might have been made still more respectable than he was'],
    ['0930', 'he might even have been made amiable himself'],
  ].map(
    ([number = '', words = '']) =>
      [`usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-${number}.wav`, words] as const,
  ),
  ...[
    'Front Center',
    'Front Left',
    'Front Right',
    'Rear Center',
    'Rear Left',
    'Rear Right',
    'Side Left',
    'Side Right',
  ].map((words) => [`usr/share/sounds/alsa/${words.replace(' ', '_')}.wav`, words.toLowerCase()] as const),
];

export function readRecording(file: string): Buffer {
  return readFileSync(join(recordingsFolder ?? '', file));
}
