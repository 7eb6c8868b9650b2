/**
 * Writes an ONNX model folder in the layout of sentence-transformers from the safetensors and vocabulary of a BERT, for
 * tests and to compare engines with equal weights. The graph has no fused operators.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BertShape, BertSources } from '../../../models/convert/bert.ts';
import { OnnxGraph } from '../../../models/formats/onnx-writer.ts';
import { openSafetensors } from '../../../models/formats/safetensors.ts';

type Tensors = (name: string) => Float32Array;

export interface BertFolderOptions {
  /** Default: the mean of all tokens, as in all-MiniLM. */
  pooling?: Readonly<Record<string, unknown>>;
  /** Default `model`. */
  file?: string;
}

const MASKED = -10_000;

/** Creates `folder` and writes the model into it. */
export async function writeBertFolder(
  folder: string,
  sources: BertSources,
  shape: BertShape,
  { pooling = { pooling_mode_mean_tokens: true }, file = 'model' }: BertFolderOptions = {},
): Promise<void> {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  mkdirSync(join(folder, '1_Pooling'), { recursive: true });
  const json = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  const pieces = readFileSync(sources.vocabulary, 'utf8').trimEnd().split('\n');
  json('config.json', {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: shape.dimensions,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    max_position_embeddings: shape.contextTokens,
    vocab_size: pieces.length,
    pad_token_id: 0,
  });
  json('modules.json', [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
  ]);
  json('1_Pooling/config.json', { word_embedding_dimension: shape.dimensions, ...pooling });
  json('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', model_max_length: shape.contextTokens });
  json('tokenizer.json', tokenizer(pieces));
  const tensors = await readTensors(sources.weights);
  bertGraph(tensors, shape).write(join(folder, 'onnx', `${file}.onnx`));
}

async function readTensors(path: string): Promise<Tensors> {
  const file = await openSafetensors(path);
  const found = new Map<string, Float32Array>();
  for (const name of file.names.filter((each) => each.endsWith('.weight') || each.endsWith('.bias'))) {
    const pieces: Float32Array[] = [];
    for await (const piece of file.read(name)) pieces.push(piece);
    found.set(name, joinFloats(pieces));
  }
  await file.close();
  return (name) => {
    const tensor = found.get(name);
    if (tensor === undefined) throw new Error(`There is no tensor '${name}'.`);
    return tensor;
  };
}

function joinFloats(pieces: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function bertGraph(tensors: Tensors, shape: BertShape): OnnxGraph {
  const { dimensions, layers, contextTokens } = shape;
  const graph = new OnnxGraph();
  const [ids, mask, types] = ['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
    graph.input(name, 'batch', 'sequence'),
  ) as [string, string, string];
  const table = (name: string, rows: number) => graph.floats(tensors(`embeddings.${name}.weight`), rows, dimensions);
  const words = tensors('embeddings.word_embeddings.weight').length / dimensions;
  const word = graph.node('Gather', [table('word_embeddings', words), ids]);
  const type = graph.node('Gather', [table('token_type_embeddings', 2), types]);
  const length = graph.node('Shape', [ids], { start: 1, end: 2 });
  const positions = [table('position_embeddings', contextTokens), graph.ints([0], 1), length, graph.ints([0], 1)];
  const sum = graph.node('Add', [graph.node('Add', [word, graph.node('Slice', positions)]), type]);
  const norm = normalizer(graph, tensors, shape);
  let state = norm(sum, 'embeddings.LayerNorm');
  const one = graph.floats(Float32Array.of(1));
  const shown = graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: 1 }), graph.ints([1, 2], 2)]);
  const hidden = graph.node('Sub', [one, shown]);
  const bias = graph.node('Mul', [hidden, graph.floats(Float32Array.of(MASKED))]);
  for (let layer = 0; layer < layers; layer++) state = addLayer({ graph, tensors, shape, norm, bias }, state, layer);
  graph.output('last_hidden_state', state, 'batch', 'sequence', dimensions);
  return graph;
}

interface Parts {
  graph: OnnxGraph;
  tensors: Tensors;
  shape: BertShape;
  norm(state: string, name: string): string;
  bias: string;
}

function normalizer(graph: OnnxGraph, tensors: Tensors, { dimensions, layerNormEpsilon }: BertShape): Parts['norm'] {
  return (state, name) => {
    const scale = [`${name}.weight`, `${name}.bias`].map((each) => graph.floats(tensors(each), dimensions));
    return graph.node('LayerNormalization', [state, ...scale], { axis: -1, epsilon: layerNormEpsilon });
  };
}

function addLayer({ graph, tensors, shape, norm, bias }: Parts, input: string, layer: number): string {
  const { dimensions, feedForward, heads } = shape;
  const at = `encoder.layer.${layer}`;
  const linear = (state: string, name: string, rows: number, columns: number) => {
    const weight = graph.floats(transpose(tensors(`${at}.${name}.weight`), rows, columns), columns, rows);
    const product = graph.node('MatMul', [state, weight]);
    return graph.node('Add', [product, graph.floats(tensors(`${at}.${name}.bias`), rows)]);
  };
  const split = (name: string, perm: readonly number[]) => {
    const all = linear(input, `attention.self.${name}`, dimensions, dimensions);
    const parted = graph.node('Reshape', [all, graph.ints([0, 0, heads, dimensions / heads], 4)]);
    return graph.node('Transpose', [parted], { perm });
  };
  const query = split('query', [0, 2, 1, 3]);
  const products = graph.node('MatMul', [query, split('key', [0, 2, 3, 1])]);
  const scale = graph.floats(Float32Array.of(1 / Math.sqrt(dimensions / heads)));
  const scores = graph.node('Add', [graph.node('Mul', [products, scale]), bias]);
  const seen = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), split('value', [0, 2, 1, 3])]);
  const joined = graph.node('Reshape', [
    graph.node('Transpose', [seen], { perm: [0, 2, 1, 3] }),
    graph.ints([0, 0, dimensions], 3),
  ]);
  const attended = linear(joined, 'attention.output.dense', dimensions, dimensions);
  const middle = norm(graph.node('Add', [attended, input]), `${at}.attention.output.LayerNorm`);
  const wide = graph.node('Gelu', [linear(middle, 'intermediate.dense', feedForward, dimensions)]);
  const narrow = linear(wide, 'output.dense', dimensions, feedForward);
  return norm(graph.node('Add', [narrow, middle]), `${at}.output.LayerNorm`);
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = matrix[row * columns + column] ?? Number.NaN;
  return turned;
}

/** A `tokenizer.json` that tokenizes like the tokenizer of BERT. */
function tokenizer(pieces: readonly string[]): object {
  const special = pieces.filter((piece) => /^\[(PAD|UNK|CLS|SEP|MASK)\]$/.test(piece));
  const id = (piece: string) => pieces.indexOf(piece);
  const frame = (piece: string) => ({ SpecialToken: { id: piece, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      id: id(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [frame('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, frame('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((piece) => [piece, { id: piece, ids: [id(piece)], tokens: [piece] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, index) => [piece, index])),
    },
  };
}
