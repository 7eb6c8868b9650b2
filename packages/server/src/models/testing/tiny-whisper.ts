/**
 * Writes a Whisper file whose text depends on the position only, for tests: its layers have no effect, and the embedding
 * of each position points to the token that follows there.
 */
import { toHalfBytes } from '../../lib/half-float.ts';
import type { WhisperShape, WhisperTensor } from '../formats/whisper-file.ts';
import { melFilters, writeWhisperFile } from '../formats/whisper-writer.ts';

const WIDTH = 64;

export const TINY_WHISPER: WhisperShape = {
  vocabulary: 51_865,
  audioPositions: 1500,
  audioWidth: WIDTH,
  audioHeads: 2,
  audioLayers: 1,
  textPositions: 448,
  textWidth: WIDTH,
  textHeads: 2,
  textLayers: 2,
  bands: 80,
};

/** Ids of the multilingual vocabulary. */
const END_OF_TEXT = 50_257;
const ORDINARY_TOKENS = 50_257;
const GERMAN = 50_261;
const FIRST_TIMESTAMP = 50_364;
const FIRST_WORD = 1000;
/** Weight of a token in the direction of its position. */
const TOKEN_WEIGHT = 3;
const POSITION_WEIGHT = 100;

/** Writes ` hello world.` from 0 to 1 s. */
export const TINY_WORDS = [' hello', ' world', '.'] as const;

/** Without a prompt, the text follows three control tokens, the last of which has position 2. */
const SCRIPT: readonly [position: number, token: number][] = [
  [0, GERMAN],
  [2, FIRST_TIMESTAMP],
  ...TINY_WORDS.map((_, i) => [3 + i, FIRST_WORD + i] as [number, number]),
  [6, FIRST_TIMESTAMP + 50],
  [7, END_OF_TEXT],
];

export async function writeTinyWhisper(path: string): Promise<void> {
  const tokens = Array.from({ length: ORDINARY_TOKENS }, (_, id) => {
    const word = TINY_WORDS[id - FIRST_WORD];
    if (word !== undefined) return Buffer.from(word);
    return id < 256 ? Buffer.of(id) : Buffer.from(`~${id}`);
  });
  await writeWhisperFile(path, {
    shape: TINY_WHISPER,
    filters: melFilters(TINY_WHISPER.bands),
    tokens,
    tensors: tensors(),
  });
}

type Named = WhisperTensor & { name: string };

function* tensors(): Generator<Named> {
  const { vocabulary, textPositions, audioPositions, bands } = TINY_WHISPER;
  yield single('encoder.positional_embedding', [audioPositions, WIDTH]);
  yield half('encoder.conv1.weight', [WIDTH, bands, 3]);
  yield single('encoder.conv1.bias', [WIDTH, 1]);
  yield half('encoder.conv2.weight', [WIDTH, WIDTH, 3]);
  yield single('encoder.conv2.bias', [WIDTH, 1]);
  for (let layer = 0; layer < TINY_WHISPER.audioLayers; layer++) yield* layerOf(`encoder.blocks.${layer}`, ['attn']);
  for (let layer = 0; layer < TINY_WHISPER.textLayers; layer++) {
    yield* layerOf(`decoder.blocks.${layer}`, ['attn', 'cross_attn']);
  }
  yield* norm('encoder.ln_post');
  yield* norm('decoder.ln');
  const embedding = new Float32Array(vocabulary * WIDTH);
  const positions = new Float32Array(textPositions * WIDTH);
  for (const [position, token] of SCRIPT) embedding[token * WIDTH + position] = TOKEN_WEIGHT;
  for (let position = 0; position < textPositions; position++) {
    positions[position * WIDTH + (position % WIDTH)] = POSITION_WEIGHT;
  }
  yield half('decoder.token_embedding.weight', [vocabulary, WIDTH], embedding);
  yield single('decoder.positional_embedding', [textPositions, WIDTH], positions);
}

function* layerOf(name: string, attentions: readonly string[]): Generator<Named> {
  for (const attention of attentions) {
    yield* norm(`${name}.${attention}_ln`);
    for (const part of ['query', 'key', 'value', 'out']) {
      yield half(`${name}.${attention}.${part}.weight`, [WIDTH, WIDTH]);
      if (part !== 'key') yield single(`${name}.${attention}.${part}.bias`, [WIDTH]);
    }
  }
  yield* norm(`${name}.mlp_ln`);
  yield half(`${name}.mlp.0.weight`, [4 * WIDTH, WIDTH]);
  yield single(`${name}.mlp.0.bias`, [4 * WIDTH]);
  yield half(`${name}.mlp.2.weight`, [WIDTH, 4 * WIDTH]);
  yield single(`${name}.mlp.2.bias`, [WIDTH]);
}

function* norm(name: string): Generator<Named> {
  yield single(`${name}.weight`, [WIDTH], new Float32Array(WIDTH).fill(1));
  yield single(`${name}.bias`, [WIDTH]);
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, each) => product * each, 1);

function single(name: string, shape: readonly number[], values = new Float32Array(sizeOf(shape))): Named {
  return { name, type: 'f32', shape, data: Buffer.from(values.buffer) };
}

function half(name: string, shape: readonly number[], values = new Float32Array(sizeOf(shape))): Named {
  return { name, type: 'f16', shape, data: toHalfBytes(values) };
}
