/**
 * Converts a BERT sentence encoder (safetensors and a WordPiece vocabulary) to a GGUF file for llama.cpp.
 * Invariant: the same source files give the same bytes, so the checksum of the converted file can be pinned.
 */
import { readFile } from 'node:fs/promises';
import { toHalfBytes } from '../../lib/half-float.ts';
import { type GgufTensor, type GgufValue, writeGguf } from '../formats/gguf-writer.ts';
import { openSafetensors, type SafetensorsFile } from '../formats/safetensors.ts';

/** Values of the source's `config.json`. */
export interface BertShape {
  name: string;
  layers: number;
  dimensions: number;
  feedForward: number;
  heads: number;
  /** Number of trained positions. */
  contextTokens: number;
  layerNormEpsilon: number;
}

export interface BertSources {
  /** Weights, F32. */
  weights: string;
  /** WordPiece vocabulary, one token per line. */
  vocabulary: string;
}

/** Parts of one layer: name in the source after `encoder.layer.N.` → name in the file after `blk.N.`. */
const LAYER_PARTS = {
  'attention.self.query': 'attn_q',
  'attention.self.key': 'attn_k',
  'attention.self.value': 'attn_v',
  'attention.output.dense': 'attn_output',
  'attention.output.LayerNorm': 'attn_output_norm',
  'intermediate.dense': 'ffn_up',
  'output.dense': 'ffn_down',
  'output.LayerNorm': 'layer_output_norm',
} as const;

const SPECIAL = { padding: '[PAD]', unknown: '[UNK]', cls: '[CLS]', separator: '[SEP]', mask: '[MASK]' } as const;

/** Constants of the format. */
const FILE_TYPE_F16 = 1;
const POOLING_MEAN = 1;
const TOKEN_NORMAL = 1;
const TOKEN_CONTROL = 3;
const WORD_START = '\u2581';
const CONTINUATION = '##';

/** Writes the converted file to `target`. Throws if a source is incomplete. */
export async function convertBert(sources: BertSources, shape: BertShape, target: string): Promise<void> {
  const vocabulary = (await readFile(sources.vocabulary, 'utf8')).split(/\r?\n/).filter((token) => token !== '');
  const weights = await openSafetensors(sources.weights);
  try {
    await writeGguf(target, toMetadata(shape, vocabulary), toTensors(weights, shape.layers));
  } finally {
    await weights.close();
  }
}

function toMetadata(shape: BertShape, vocabulary: readonly string[]): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  const text = (value: string): GgufValue => ({ type: 'string', value });
  const control = new Set<string>(Object.values(SPECIAL));
  const idOf = (token: string) => {
    const id = vocabulary.indexOf(token);
    if (id < 0) throw new Error(`The vocabulary has no ${token}.`);
    return u32(id);
  };
  return {
    'general.architecture': text('bert'),
    'general.type': text('model'),
    'general.name': text(shape.name),
    'general.file_type': u32(FILE_TYPE_F16),
    'bert.block_count': u32(shape.layers),
    'bert.context_length': u32(shape.contextTokens),
    'bert.embedding_length': u32(shape.dimensions),
    'bert.feed_forward_length': u32(shape.feedForward),
    'bert.attention.head_count': u32(shape.heads),
    'bert.attention.layer_norm_epsilon': { type: 'f32', value: shape.layerNormEpsilon },
    'bert.attention.causal': { type: 'bool', value: false },
    'bert.pooling_type': u32(POOLING_MEAN),
    'tokenizer.ggml.model': text('bert'),
    'tokenizer.ggml.token_type_count': u32(2),
    'tokenizer.ggml.tokens': { type: 'strings', value: vocabulary.map((token) => toPiece(token, control)) },
    'tokenizer.ggml.token_type': {
      type: 'i32s',
      value: vocabulary.map((token) => (control.has(token) ? TOKEN_CONTROL : TOKEN_NORMAL)),
    },
    'tokenizer.ggml.bos_token_id': idOf(SPECIAL.cls),
    'tokenizer.ggml.eos_token_id': idOf(SPECIAL.separator),
    'tokenizer.ggml.cls_token_id': idOf(SPECIAL.cls),
    'tokenizer.ggml.seperator_token_id': idOf(SPECIAL.separator),
    'tokenizer.ggml.unknown_token_id': idOf(SPECIAL.unknown),
    'tokenizer.ggml.padding_token_id': idOf(SPECIAL.padding),
    'tokenizer.ggml.mask_token_id': idOf(SPECIAL.mask),
  };
}

/** WordPiece marks continuations of a word; GGUF marks the starts of words. */
function toPiece(token: string, control: ReadonlySet<string>): string {
  if (control.has(token)) return token;
  return token.startsWith(CONTINUATION) ? token.slice(CONTINUATION.length) : `${WORD_START}${token}`;
}

function toTensors(weights: SafetensorsFile, layers: number): GgufTensor[] {
  const names: [source: string, name: string][] = [
    ['embeddings.word_embeddings.weight', 'token_embd.weight'],
    ['embeddings.position_embeddings.weight', 'position_embd.weight'],
    ['embeddings.token_type_embeddings.weight', 'token_types.weight'],
    ['embeddings.LayerNorm.weight', 'token_embd_norm.weight'],
    ['embeddings.LayerNorm.bias', 'token_embd_norm.bias'],
  ];
  for (let layer = 0; layer < layers; layer++) {
    for (const [source, name] of Object.entries(LAYER_PARTS)) {
      for (const part of ['weight', 'bias'])
        names.push([`encoder.layer.${layer}.${source}.${part}`, `blk.${layer}.${name}.${part}`]);
    }
  }
  return names.map(([source, name]) => toTensor(weights, source, name));
}

function toTensor(weights: SafetensorsFile, source: string, name: string): GgufTensor {
  const shape = weights.shapeOf(source);
  // Biases and norms stay F32: the engine adds in single precision.
  const isMatrix = shape.length === 2 && !name.startsWith('position_embd') && !name.startsWith('token_types');
  return {
    name,
    type: isMatrix ? 'f16' : 'f32',
    shape: shape.toReversed(),
    async *bytes() {
      for await (const values of weights.read(source)) yield isMatrix ? toHalfBytes(values) : toSingleBytes(values);
    },
  };
}

function toSingleBytes(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes;
}
