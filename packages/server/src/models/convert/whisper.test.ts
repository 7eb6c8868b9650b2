import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { toHalfBytes } from '../../lib/half-float.ts';
import { readWhisperFile, toFloats, type WhisperShape } from '../formats/whisper-file.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { convertWhisper } from './whisper.ts';

const SHAPE: WhisperShape = {
  vocabulary: 4,
  audioPositions: 3,
  audioWidth: 2,
  audioHeads: 1,
  audioLayers: 1,
  textPositions: 2,
  textWidth: 2,
  textHeads: 1,
  textLayers: 1,
  bands: 80,
};

const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const text = (value: string) => Buffer.concat([u16(value.length + 1), Buffer.from(`${value}\0`)]);

/** A file of CTranslate2. Each variable counts up from a number of its own, so that its slices differ. */
function ctranslate2(variables: Record<string, readonly number[]>): Buffer {
  const parts = Object.entries(variables).map(([name, shape], i) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const data = toHalfBytes(Float32Array.from({ length: size }, (_, at) => 16 * i + at));
    return Buffer.concat([
      text(name),
      Buffer.of(shape.length),
      ...shape.map(u32),
      Buffer.of(4),
      u32(data.length),
      data,
    ]);
  });
  return Buffer.concat([u32(6), text('WhisperSpec'), u32(3), u32(parts.length), ...parts, u32(0)]);
}

function layer(name: string, parts: Record<string, number>): Record<string, readonly number[]> {
  const linear = Object.entries(parts).flatMap(([part, rows]) => [
    [`${name}/${part}/weight`, [rows, 2]],
    [`${name}/${part}/bias`, [rows]],
  ]);
  return Object.fromEntries(linear);
}

const norm = (name: string) => ({ [`${name}/gamma`]: [2], [`${name}/beta`]: [2] });

const sideOf = (side: string) => ({
  ...norm(`${side}/layer_0/self_attention/layer_norm`),
  ...layer(`${side}/layer_0/self_attention`, { linear_0: 6, linear_1: 2 }),
  ...norm(`${side}/layer_0/ffn/layer_norm`),
  ...layer(`${side}/layer_0/ffn`, { linear_0: 8, linear_1: 2 }),
  ...norm(`${side}/layer_norm`),
});

const VARIABLES: Record<string, readonly number[]> = {
  'encoder/position_encodings/encodings': [3, 2],
  'encoder/conv1/weight': [2, 80, 3],
  'encoder/conv1/bias': [2],
  'encoder/conv2/weight': [2, 2, 3],
  'encoder/conv2/bias': [2],
  ...sideOf('encoder'),
  ...sideOf('decoder'),
  ...norm('decoder/layer_0/attention/layer_norm'),
  ...layer('decoder/layer_0/attention', { linear_0: 2, linear_1: 4, linear_2: 2 }),
  'decoder/embeddings/weight': [4, 2],
  'decoder/position_encodings/encodings': [2, 2],
};

it('splits joined matrices, keeps half precision, and writes the bytes of tokens', async () => {
  const directory = await temporaryDirectory();
  writeFileSync(join(directory, 'model.bin'), ctranslate2(VARIABLES));
  const vocab = { a: 0, Ġb: 1, 'Ã©': 2, '<|endoftext|>': 3 };
  const tokenizer = { model: { vocab }, added_tokens: [{ content: '<|endoftext|>' }] };
  writeFileSync(join(directory, 'tokenizer.json'), JSON.stringify(tokenizer));
  const target = join(directory, 'out.bin');
  await convertWhisper(directory, target, SHAPE);
  const { shape, filters, tokens, tensor } = await readWhisperFile(target);
  expect(shape).toEqual(SHAPE);
  expect(filters).toHaveLength(80 * 201);
  expect(tokens.map(String)).toEqual(['a', ' b', 'é']);
  const first = 16 * Object.keys(VARIABLES).indexOf('encoder/layer_0/self_attention/linear_0/weight');
  for (const [i, part] of ['query', 'key', 'value'].entries()) {
    const { type, shape: dimensions, data } = tensor(`encoder.blocks.0.attn.${part}.weight`);
    const expected = toHalfBytes(Float32Array.from({ length: 4 }, (_, at) => first + 4 * i + at));
    expect({ type, dimensions, data: [...data] }).toEqual({ type: 'f16', dimensions: [2, 2], data: [...expected] });
  }
  expect([...toFloats(tensor('encoder.blocks.0.attn.value.bias').data)]).toEqual([first + 16 + 4, first + 16 + 5]);
  expect(() => tensor('encoder.blocks.0.attn.key.bias')).toThrow('no tensor');
  expect(tensor('encoder.conv1.bias').shape).toEqual([2, 1]);
});

it('refuses a file of another format', async () => {
  const directory = await temporaryDirectory();
  writeFileSync(join(directory, 'model.bin'), Buffer.alloc(100));
  writeFileSync(join(directory, 'tokenizer.json'), '{"model":{"vocab":{}}}');
  await expect(convertWhisper(directory, join(directory, 'out.bin'), SHAPE)).rejects.toThrow('version 6');
});
