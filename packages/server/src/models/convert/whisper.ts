/**
 * Converts a Whisper model of CTranslate2 in half precision to the format of whisper.cpp. Invariant: the same source
 * files give the same bytes, so the checksum of the converted file can be pinned.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHalfBits } from '../../lib/half-float.ts';
import { type FindVariable, readCTranslate2 } from '../formats/ctranslate2.ts';
import type { WhisperShape, WhisperTensor } from '../formats/whisper-file.ts';
import { melFilters, writeWhisperFile } from '../formats/whisper-writer.ts';

type NamedTensor = WhisperTensor & { name: string };

/** Values of the published `config.json` of the model. */
export const WHISPER_BASE: WhisperShape = {
  vocabulary: 51_865,
  audioPositions: 1500,
  audioWidth: 512,
  audioHeads: 8,
  audioLayers: 6,
  textPositions: 448,
  textWidth: 512,
  textHeads: 8,
  textLayers: 6,
  bands: 80,
};

/** `directory` contains `model.bin` and `tokenizer.json`. */
export async function convertWhisper(directory: string, target: string, shape: WhisperShape): Promise<void> {
  const tokens = toTokens(await readFile(join(directory, 'tokenizer.json'), 'utf8'));
  const tensors = toTensors(readCTranslate2(await readFile(join(directory, 'model.bin'))), shape);
  await writeWhisperFile(target, { shape, filters: melFilters(shape.bands), tokens, tensors });
}

export function convertWhisperBase(directory: string, target: string): Promise<void> {
  return convertWhisper(directory, target, WHISPER_BASE);
}

interface TokenizerFile {
  model: { vocab: Record<string, number> };
  added_tokens?: { content: string }[];
}

/** The bytes of the ordinary tokens. */
function toTokens(text: string): Buffer[] {
  const { model, added_tokens: added = [] } = JSON.parse(text) as TokenizerFile;
  const special = new Set(added.map(({ content }) => content));
  const bytes = byteAlphabet();
  const tokens: Buffer[] = [];
  for (const [token, id] of Object.entries(model.vocab)) {
    if (!special.has(token)) tokens[id] = Buffer.from(Array.from(token, (character) => bytes.get(character) ?? 0));
  }
  return tokens;
}

/** GPT-2 writes each byte as a printable character: itself, or one from 256 on. */
function byteAlphabet(): Map<string, number> {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(isPrintable(byte) ? byte : next++), byte]),
  );
}

function* toTensors(find: FindVariable, shape: WhisperShape): Generator<NamedTensor> {
  yield toSingle(find, 'encoder/position_encodings/encodings', 'encoder.positional_embedding');
  for (const name of ['conv1', 'conv2']) {
    yield toHalf(find, `encoder/${name}/weight`, `encoder.${name}.weight`);
    const bias = toSingle(find, `encoder/${name}/bias`, `encoder.${name}.bias`);
    yield { ...bias, shape: [...bias.shape, 1] };
  }
  for (let layer = 0; layer < shape.audioLayers; layer++) yield* toLayer(find, 'encoder', layer);
  for (let layer = 0; layer < shape.textLayers; layer++) yield* toLayer(find, 'decoder', layer);
  yield* toNorm(find, 'encoder/layer_norm', 'encoder.ln_post');
  yield* toNorm(find, 'decoder/layer_norm', 'decoder.ln');
  yield toHalf(find, 'decoder/embeddings/weight', 'decoder.token_embedding.weight');
  yield toSingle(find, 'decoder/position_encodings/encodings', 'decoder.positional_embedding');
}

function* toLayer(find: FindVariable, side: 'encoder' | 'decoder', layer: number): Generator<NamedTensor> {
  const source = `${side}/layer_${layer}`;
  const target = `${side}.blocks.${layer}`;
  yield* toNorm(find, `${source}/self_attention/layer_norm`, `${target}.attn_ln`);
  yield* toLinear(
    find,
    `${source}/self_attention/linear_0`,
    ['query', 'key', 'value'].map((p) => `${target}.attn.${p}`),
  );
  yield* toLinear(find, `${source}/self_attention/linear_1`, [`${target}.attn.out`]);
  if (side === 'decoder') {
    yield* toNorm(find, `${source}/attention/layer_norm`, `${target}.cross_attn_ln`);
    yield* toLinear(find, `${source}/attention/linear_0`, [`${target}.cross_attn.query`]);
    yield* toLinear(
      find,
      `${source}/attention/linear_1`,
      ['key', 'value'].map((p) => `${target}.cross_attn.${p}`),
    );
    yield* toLinear(find, `${source}/attention/linear_2`, [`${target}.cross_attn.out`]);
  }
  yield* toNorm(find, `${source}/ffn/layer_norm`, `${target}.mlp_ln`);
  yield* toLinear(find, `${source}/ffn/linear_0`, [`${target}.mlp.0`]);
  yield* toLinear(find, `${source}/ffn/linear_1`, [`${target}.mlp.2`]);
}

function* toNorm(find: FindVariable, source: string, target: string): Generator<NamedTensor> {
  yield toSingle(find, `${source}/gamma`, `${target}.weight`);
  yield toSingle(find, `${source}/beta`, `${target}.bias`);
}

/** CTranslate2 joins the rows of matrices with the same input. Keys have no bias in Whisper. */
function* toLinear(find: FindVariable, source: string, targets: readonly string[]): Generator<NamedTensor> {
  const weight = toHalf(find, `${source}/weight`, '');
  const bias = toSingle(find, `${source}/bias`, '');
  for (const [i, name] of targets.entries()) {
    yield { ...sliceRows(weight, i, targets.length), name: `${name}.weight` };
    if (!name.endsWith('.key')) yield { ...sliceRows(bias, i, targets.length), name: `${name}.bias` };
  }
}

function sliceRows(tensor: WhisperTensor, index: number, count: number): WhisperTensor {
  const [rows = 0, ...others] = tensor.shape;
  const bytes = tensor.data.length / count;
  const data = tensor.data.subarray(index * bytes, (index + 1) * bytes);
  return { ...tensor, shape: [rows / count, ...others], data };
}

function toHalf(find: FindVariable, source: string, name: string): NamedTensor {
  return { name, type: 'f16', ...find(source) };
}

function toSingle(find: FindVariable, source: string, name: string): NamedTensor {
  const { shape, data } = find(source);
  const singles = Buffer.alloc(data.length * 2);
  for (let at = 0; at < data.length; at += 2) singles.writeFloatLE(fromHalfBits(data.readUInt16LE(at)), at * 2);
  return { name, type: 'f32', shape, data: singles };
}
