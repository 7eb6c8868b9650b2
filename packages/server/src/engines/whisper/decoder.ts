/**
 * The network that continues a text: from tokens and their predecessors' keys and values to log odds of the next token.
 * Every run returns the keys and values of all tokens so far.
 */
import { OnnxGraph } from '../../models/formats/onnx-writer.ts';
import type { WhisperFile, WhisperShape } from '../../models/formats/whisper-file.ts';
import { addFeedForward } from './encoder.ts';
import { createWeights, type Weights } from './weights.ts';

/** A head of the attention to the audio. */
export type Head = readonly [layer: number, head: number];

interface Builder {
  graph: OnnxGraph;
  weights: Weights;
  shape: WhisperShape;
  /** The shape that splits a vector into its heads. */
  split: string;
  joined: string;
  /** Square root of the size of a head. */
  scale: string;
  mask: string;
}

/**
 * Inputs: `tokens` [n], `positions` [n], `rows` [r] (the tokens whose successors are predicted), `mask` [n, all], and
 * per layer `past.key.N` and `past.value.N` [heads, before, size], `key.N` and `value.N` of the encoder. Outputs:
 * `logits` [r, vocabulary], `alignment` [heads, n, positions] of `alignmentHeads`, `present.key.N`, `present.value.N`.
 */
export function decoderNetwork(file: WhisperFile, alignmentHeads: readonly Head[]): Uint8Array {
  const { shape } = file;
  const graph = new OnnxGraph();
  const weights = createWeights(graph, file);
  const size = shape.textWidth / shape.textHeads;
  const embedding = weights.get('decoder.token_embedding.weight');
  const tokens = graph.node('Gather', [embedding, graph.input('tokens', 'n')]);
  const positions = [weights.get('decoder.positional_embedding'), graph.input('positions', 'n')];
  let value = graph.node('Add', [tokens, graph.node('Gather', positions)]);
  const builder: Builder = {
    graph,
    weights,
    shape,
    split: graph.ints([-1, shape.textHeads, size], 3),
    joined: graph.ints([-1, shape.textWidth], 2),
    scale: graph.floats(Float32Array.of(size ** -0.5), 1),
    mask: graph.floatInput('mask', 'n', 'all'),
  };
  const alignment: string[] = [];
  for (let layer = 0; layer < shape.textLayers; layer++) {
    const name = `decoder.blocks.${layer}`;
    value = graph.node('Add', [value, attendToText(builder, value, layer)]);
    const { output, scores } = attendToAudio(builder, value, layer);
    value = graph.node('Add', [value, output]);
    value = graph.node('Add', [value, addFeedForward(builder, value, name)]);
    const heads = alignmentHeads.filter(([each]) => each === layer).map(([, head]) => head);
    if (heads.length > 0) alignment.push(graph.node('Gather', [scores, graph.ints(heads, heads.length)]));
  }
  const all = alignment.length > 1 ? graph.node('Concat', alignment, { axis: 0 }) : (alignment[0] ?? '');
  graph.output('alignment', all, 'heads', 'n', 'audio');
  const rows = graph.node('Gather', [weights.normalise(value, 'decoder.ln'), graph.input('rows', 'r')]);
  graph.output('logits', graph.node('Gemm', [rows, embedding], { transB: 1 }), 'r', shape.vocabulary);
  return graph.toBytes();
}

function attendToText(builder: Builder, input: string, layer: number): string {
  const { graph, weights, shape, mask } = builder;
  const name = `decoder.blocks.${layer}.attn`;
  const size = shape.textWidth / shape.textHeads;
  const normal = weights.normalise(input, `${name}_ln`);
  const query = toHeads(builder, weights.linear(normal, `${name}.query`));
  const added = {
    key: toHeads(builder, weights.linear(normal, `${name}.key`, { hasBias: false })),
    value: toHeads(builder, weights.linear(normal, `${name}.value`)),
  };
  const all = (part: 'key' | 'value') => {
    const past = graph.floatInput(`past.${part}.${layer}`, shape.textHeads, 'before', size);
    const joined = graph.node('Concat', [past, added[part]], { axis: 1 });
    graph.output(`present.${part}.${layer}`, joined, shape.textHeads, 'all', size);
    return joined;
  };
  const scores = score(builder, query, graph.node('Transpose', [all('key')], { perm: [0, 2, 1] }));
  const allowed = graph.node('Softmax', [graph.node('Add', [scores, mask])], { axis: -1 });
  return weights.linear(fromHeads(builder, graph.node('MatMul', [allowed, all('value')])), `${name}.out`);
}

function attendToAudio(builder: Builder, input: string, layer: number): { output: string; scores: string } {
  const { graph, weights, shape } = builder;
  const name = `decoder.blocks.${layer}.cross_attn`;
  const size = shape.textWidth / shape.textHeads;
  const query = toHeads(builder, weights.linear(weights.normalise(input, `${name}_ln`), `${name}.query`));
  const keys = graph.floatInput(`key.${layer}`, shape.textHeads, size, 'audio');
  const values = graph.floatInput(`value.${layer}`, shape.textHeads, 'audio', size);
  const scores = score(builder, query, keys);
  const attended = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), values]);
  return { output: weights.linear(fromHeads(builder, attended), `${name}.out`), scores };
}

function score({ graph, scale }: Builder, query: string, keys: string): string {
  return graph.node('MatMul', [graph.node('Mul', [query, scale]), keys]);
}

/** [n, width] → [heads, n, size]. */
function toHeads({ graph, split }: Builder, value: string): string {
  return graph.node('Transpose', [graph.node('Reshape', [value, split])], { perm: [1, 0, 2] });
}

function fromHeads({ graph, joined }: Builder, value: string): string {
  return graph.node('Reshape', [graph.node('Transpose', [value], { perm: [1, 0, 2] }), joined]);
}
