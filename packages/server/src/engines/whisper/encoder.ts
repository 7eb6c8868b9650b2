/**
 * The network from sound to the keys and values that the decoder attends to: spectrogram, two convolutions, layers of
 * attention. Its input has any length up to 30 s, so short recordings cost less.
 */
import { OnnxGraph } from '../../models/formats/onnx-writer.ts';
import type { WhisperFile } from '../../models/formats/whisper-file.ts';
import { createWeights, type Weights } from './weights.ts';

export const SAMPLE_RATE = 16_000;
/** Samples of one position of the encoder. */
export const POSITION_SAMPLES = 320;
/** Samples of one frame of the spectrogram, and between two of them. */
const FRAME_SAMPLES = 400;
const HOP_SAMPLES = 160;
/** Samples before the first, by which `toEncoderInput` extends the recording. */
const EDGE_SAMPLES = FRAME_SAMPLES / 2;
const FREQUENCIES = FRAME_SAMPLES / 2 + 1;
const MIN_POWER = 1e-10;
/** Decades below the loudest value at which the spectrogram is cut. */
const RANGE_DECADES = 8;

/** Mirrors the start of the recording, and continues its end by silence. `positions`: length of the result. */
export function toEncoderInput(samples: Float32Array, positions: number): Float32Array {
  const wanted = positions * POSITION_SAMPLES;
  const input = new Float32Array(wanted + FRAME_SAMPLES - HOP_SAMPLES);
  for (let i = 0; i < EDGE_SAMPLES; i++) input[i] = samples[EDGE_SAMPLES - i] ?? 0;
  input.set(samples.subarray(0, Math.min(wanted, input.length - EDGE_SAMPLES)), EDGE_SAMPLES);
  return input;
}

/** Input `audio` [1, 1, samples]; outputs `key.N` [heads, size, positions] and `value.N` [heads, positions, size]. */
export function encoderNetwork(file: WhisperFile): Uint8Array {
  const { shape } = file;
  const graph = new OnnxGraph();
  const weights = createWeights(graph, file);
  let value = convolve(graph, weights, spectrogram(graph, file));
  for (let layer = 0; layer < shape.audioLayers; layer++) {
    value = addLayer({ graph, weights, heads: shape.audioHeads }, value, `encoder.blocks.${layer}`);
  }
  const encoded = weights.normalise(value, 'encoder.ln_post');
  const size = shape.textWidth / shape.textHeads;
  const split = graph.ints([-1, shape.textHeads, size], 3);
  for (let layer = 0; layer < shape.textLayers; layer++) {
    const name = `decoder.blocks.${layer}.cross_attn`;
    const keys = graph.node('Reshape', [weights.linear(encoded, `${name}.key`, { hasBias: false }), split]);
    const values = graph.node('Reshape', [weights.linear(encoded, `${name}.value`), split]);
    const toKeys = graph.node('Transpose', [keys], { perm: [1, 2, 0] });
    const toValues = graph.node('Transpose', [values], { perm: [1, 0, 2] });
    graph.output(`key.${layer}`, toKeys, shape.textHeads, size, 'positions');
    graph.output(`value.${layer}`, toValues, shape.textHeads, 'positions', size);
  }
  return graph.toBytes();
}

/** Log powers of the bands: [1, bands, frames]. */
function spectrogram(graph: OnnxGraph, { shape, filters }: WhisperFile): string {
  const audio = graph.floatInput('audio', 1, 1, 'samples');
  const basis = graph.floats(fourierBasis(), 2 * FREQUENCIES, 1, FRAME_SAMPLES);
  const parts = graph.node('Conv', [audio, basis], { strides: [HOP_SAMPLES] });
  const squares = graph.node('Mul', [parts, parts]);
  // The filters sum the squares of the real and of the imaginary parts.
  const doubled = new Float32Array(filters.length * 2);
  for (let band = 0; band < shape.bands; band++) {
    const row = filters.subarray(band * FREQUENCIES, (band + 1) * FREQUENCIES);
    doubled.set(row, band * 2 * FREQUENCIES);
    doubled.set(row, (band * 2 + 1) * FREQUENCIES);
  }
  const power = graph.node('MatMul', [graph.floats(doubled, shape.bands, 2 * FREQUENCIES), squares]);
  const constant = (number: number) => graph.floats(Float32Array.of(number), 1);
  const logarithm = graph.node('Log', [graph.node('Max', [power, constant(MIN_POWER)])]);
  const decades = graph.node('Mul', [logarithm, constant(1 / Math.LN10)]);
  const loudest = graph.node('ReduceMax', [decades], { keepdims: 1 });
  const cut = graph.node('Max', [decades, graph.node('Sub', [loudest, constant(RANGE_DECADES)])]);
  return graph.node('Mul', [graph.node('Add', [cut, constant(4)]), constant(1 / 4)]);
}

/** Rows of windowed cosines, then of windowed sines. */
function fourierBasis(): Float32Array {
  const basis = new Float32Array(2 * FREQUENCIES * FRAME_SAMPLES);
  for (let i = 0; i < FRAME_SAMPLES; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME_SAMPLES);
    for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
      const angle = (2 * Math.PI * ((frequency * i) % FRAME_SAMPLES)) / FRAME_SAMPLES;
      basis[frequency * FRAME_SAMPLES + i] = window * Math.cos(angle);
      basis[(FREQUENCIES + frequency) * FRAME_SAMPLES + i] = window * Math.sin(angle);
    }
  }
  return basis;
}

/** Two convolutions, and the positions: [1, positions, width]. */
function convolve(graph: OnnxGraph, weights: Weights, bands: string): string {
  const convolution = (input: string, name: string, strides: number) => {
    const inputs = [input, weights.get(`encoder.${name}.weight`), weights.get(`encoder.${name}.bias`)];
    return graph.node('Gelu', [graph.node('Conv', inputs, { pads: [1, 1], strides: [strides] })]);
  };
  const value = graph.node('Transpose', [convolution(convolution(bands, 'conv1', 1), 'conv2', 2)], { perm: [0, 2, 1] });
  const length = graph.node('Slice', [graph.node('Shape', [value]), graph.ints([1], 1), graph.ints([2], 1)]);
  const positions = weights.get('encoder.positional_embedding');
  const used = graph.node('Slice', [positions, graph.ints([0], 1), length, graph.ints([0], 1)]);
  return graph.node('Add', [value, used]);
}

interface Builder {
  graph: OnnxGraph;
  weights: Weights;
  heads: number;
}

function addLayer({ graph, weights, heads }: Builder, input: string, name: string): string {
  const normal = weights.normalise(input, `${name}.attn_ln`);
  const query = weights.linear(normal, `${name}.attn.query`);
  const key = weights.linear(normal, `${name}.attn.key`, { hasBias: false });
  const value = weights.linear(normal, `${name}.attn.value`);
  const attended = graph.node('MultiHeadAttention', [query, key, value], { num_heads: heads }, 'com.microsoft');
  const sum = graph.node('Add', [input, weights.linear(attended, `${name}.attn.out`)]);
  return graph.node('Add', [sum, addFeedForward({ weights, graph }, sum, name)]);
}

/** The two linear layers that end every layer of encoder and decoder. */
export function addFeedForward(
  { graph, weights }: Pick<Builder, 'graph' | 'weights'>,
  input: string,
  name: string,
): string {
  const wide = weights.linear(weights.normalise(input, `${name}.mlp_ln`), `${name}.mlp.0`);
  return weights.linear(graph.node('Gelu', [wide]), `${name}.mlp.2`);
}
