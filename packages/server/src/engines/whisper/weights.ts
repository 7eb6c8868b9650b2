/** Adds the tensors of a file to a network: half precision where the file has it. */
import { fromHalfBits, toHalfBytes } from '../../lib/half-float.ts';
import type { OnnxGraph } from '../../models/formats/onnx-writer.ts';
import { toFloats, type WhisperFile } from '../../models/formats/whisper-file.ts';

const BLOCK = 32;
const BLOCK_BYTES = 34;

/** Names values of the network after tensors of the file. */
export interface Weights {
  /** The tensor in the order of the file: for a matrix, a row for each output. */
  get(name: string): string;
  /** The product of `value` and the matrix `NAME.weight`, and `NAME.bias` added. */
  linear(value: string, name: string, options?: { hasBias?: boolean }): string;
  normalise(value: string, name: string): string;
}

export function createWeights(graph: OnnxGraph, file: WhisperFile): Weights {
  const get = (name: string): string => {
    const { type, shape, data } = file.tensor(name);
    // ggml keeps biases of convolutions as matrices of one column.
    const dimensions = shape.length === 2 && shape[1] === 1 ? shape.slice(0, 1) : shape;
    if (type === 'f16') return graph.halves(data, ...dimensions);
    if (type === 'f32') return graph.floats(toFloats(data), ...dimensions);
    return graph.halves(toHalfBytes(fromBlocks(data)), ...dimensions);
  };
  return {
    get,
    linear(value, name, { hasBias = true } = {}) {
      const matrix = graph.node('Transpose', [get(`${name}.weight`)], { perm: [1, 0] });
      const product = graph.node('MatMul', [value, matrix]);
      return hasBias ? graph.node('Add', [product, get(`${name}.bias`)]) : product;
    },
    normalise: (value, name) =>
      graph.node('LayerNormalization', [value, get(`${name}.weight`), get(`${name}.bias`)], {
        axis: -1,
        epsilon: 1e-5,
      }),
  };
}

/** Blocks of a half-precision factor and 32 signed bytes. */
function fromBlocks(data: Buffer): Float32Array {
  const values = new Float32Array((data.length / BLOCK_BYTES) * BLOCK);
  for (let at = 0, to = 0; at < data.length; at += BLOCK_BYTES) {
    const factor = fromHalfBits(data.readUInt16LE(at));
    for (let i = 0; i < BLOCK; i++, to++) values[to] = factor * data.readInt8(at + 2 + i);
  }
  return values;
}
