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

/**
 * Words of the sentences with their starts and ends in seconds, from the forced alignment of pocketsphinx 5 with its
 * English model: another method than that of the tested engine.
 */
export const WORD_TIMES: Readonly<Record<string, string>> = {
  '0870':
    'and 0.2 0.37 mister 0.37 0.63 john 0.63 0.98 dashwood 0.98 1.58 had 1.58 1.84 then 1.84 2.21 ' +
    'leisure 2.25 2.71 to 2.71 2.89 consider 2.89 3.44 how 3.44 3.95 much 4 4.33 there 4.33 4.52 ' +
    'might 4.52 4.79 be 4.79 4.94 prudently 4.94 5.46 in 5.46 5.56 his 5.56 5.75 power 5.75 6.04 ' +
    'to 6.04 6.14 do 6.14 6.35 for 6.35 6.61 them 6.61 6.79',
  '0880':
    'he 0.21 0.33 was 0.33 0.56 not 0.56 1.06 an 1.13 1.3 ill 1.3 1.48 disposed 1.48 2.11 ' +
    'young 2.11 2.33 man 2.33 2.74',
  '0890':
    'unless 0.27 0.59 to 0.59 0.7 be 0.7 0.86 rather 0.86 1.22 cold 1.22 1.74 hearted 1.74 2.22 ' +
    'and 2.22 2.39 rather 2.39 2.78 selfish 2.78 3.59 is 3.63 3.88 to 3.88 3.98 be 3.98 4.16 ' +
    'ill 4.16 4.37 disposed 4.37 5.09',
  '0920':
    'had 0.22 0.44 he 0.44 0.54 married 0.54 0.98 a 0.98 1.03 more 1.03 1.41 amiable 1.41 2.01 ' +
    'woman 2.01 2.49 he 2.49 2.71 might 2.71 3 have 3 3.19 been 3.19 3.36 made 3.36 3.69 still 3.69 4.07 ' +
    'more 4.07 4.25 respectable 4.25 5 than 5 5.13 he 5.13 5.21 was 5.21 5.83',
  '0930':
    'he 0.21 0.38 might 0.38 0.64 even 0.64 0.92 have 0.92 1.07 been 1.07 1.33 made 1.33 1.7 ' +
    'amiable 1.7 2.27 himself 2.27 3.02',
};

export function readRecording(file: string): Buffer {
  return readFileSync(join(recordingsFolder ?? '', file));
}
