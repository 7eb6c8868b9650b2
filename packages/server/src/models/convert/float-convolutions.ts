/**
 * Replaces the convolutions of a dynamically quantized ONNX network by convolutions of 32-bit floats. On CPUs, the
 * integer kernels of the ONNX runtime take about twice the time. The weights are those of the quantized network.
 *
 * A quantized convolution is the chain `DynamicQuantizeLinear → ConvInteger → [Add bias] → Cast → Mul scale`.
 */
import {
  FLOAT32,
  INT8,
  type OnnxConstant,
  type OnnxNetwork,
  type OnnxNode,
  readConstant,
  UINT8,
  writeConstant,
} from '../formats/onnx-network.ts';

interface Wiring {
  network: OnnxNetwork;
  /** The node that computes a value. */
  producers: ReadonlyMap<string, OnnxNode>;
  /** The nodes that read a value. */
  consumers: ReadonlyMap<string, readonly OnnxNode[]>;
}

interface FloatConvolution {
  node: OnnxNode;
  weights: { name: string; message: Buffer };
  /** Nodes of the chain that it replaces, apart from the ConvInteger itself. */
  replaced: readonly OnnxNode[];
}

/** Throws RangeError if a chain has another form. */
export function toFloatConvolutions(network: OnnxNetwork): OnnxNetwork {
  const wiring = wire(network);
  const quantized = network.nodes.filter(({ op }) => op === 'ConvInteger');
  const floats = new Map(quantized.map((node) => [node, toFloat(node, wiring)]));
  const replaced = new Set([...floats.values()].flatMap((each) => each.replaced));
  const nodes = network.nodes.filter((node) => !replaced.has(node)).map((node) => floats.get(node)?.node ?? node);
  const constants = new Map(network.constants);
  for (const { weights } of floats.values()) constants.set(weights.name, weights.message);
  return withoutUnused({ ...network, nodes, constants });
}

function wire(network: OnnxNetwork): Wiring {
  const producers = new Map(network.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const consumers = new Map<string, OnnxNode[]>();
  for (const node of network.nodes)
    for (const input of node.inputs) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  return { network, producers, consumers };
}

function toFloat(node: OnnxNode, { network, producers, consumers }: Wiring): FloatConvolution {
  const [input = '', weightName = '', , zeroName = ''] = node.inputs;
  const quantize = expectNode(producers.get(input), 'DynamicQuantizeLinear');
  const replaced: OnnxNode[] = [];
  const follow = (from: OnnxNode, op: string): OnnxNode => {
    const next = expectNode(consumers.get(from.outputs[0] ?? '')?.[0], op);
    replaced.push(next);
    return next;
  };
  const otherInput = (of: OnnxNode, known: OnnxNode): string =>
    of.inputs.find((name) => !known.outputs.includes(name)) ?? '';
  let last = node;
  let bias: string | undefined;
  if (consumers.get(node.outputs[0] ?? '')?.[0]?.op === 'Add') {
    const add = follow(node, 'Add');
    bias = findBias(otherInput(add, node), producers);
    last = add;
  }
  const cast = follow(last, 'Cast');
  const scaled = follow(cast, 'Mul');
  const scale = expectNode(producers.get(otherInput(scaled, cast)), 'Mul');
  const scaleName = scale.inputs.find((name) => network.constants.has(name)) ?? '';
  const name = `${weightName}_float`;
  const constant = dequantize(
    constantOf(network, weightName),
    constantOf(network, scaleName),
    network.constants.has(zeroName) ? constantOf(network, zeroName) : undefined,
  );
  const inputs = [quantize.inputs[0] ?? '', name, ...(bias === undefined ? [] : [bias])];
  return {
    node: { op: 'Conv', inputs, outputs: scaled.outputs, rest: node.rest },
    weights: { name, message: writeConstant(name, constant) },
    replaced,
  };
}

/** The quantized bias is `reshape(cast(round(bias / scale)))`: goes back to the division. */
function findBias(name: string, producers: Wiring['producers']): string {
  let node = producers.get(name);
  while (node !== undefined && node.op !== 'Div') node = producers.get(node.inputs[0] ?? '');
  return expectNode(node, 'Div').inputs[0] ?? '';
}

function expectNode(node: OnnxNode | undefined, op: string): OnnxNode {
  if (node?.op !== op) throw new RangeError(`A quantized convolution has ${node?.op ?? 'nothing'} instead of ${op}.`);
  return node;
}

function constantOf({ constants }: OnnxNetwork, name: string): OnnxConstant {
  const found = constants.get(name);
  if (found === undefined) throw new RangeError(`The constant '${name}' does not exist.`);
  return readConstant(found);
}

/** `scale` and `zero` have one value, or one per output channel, the first dimension of the weights. */
function dequantize(weights: OnnxConstant, scale: OnnxConstant, zero: OnnxConstant | undefined): OnnxConstant {
  const toNumbers = ({ type, data }: OnnxConstant): ArrayLike<number> => {
    if (type === INT8) return new Int8Array(data.buffer, data.byteOffset, data.length);
    if (type === UINT8) return data;
    // A copy, because the bytes in the file are not aligned.
    if (type === FLOAT32) return new Float32Array(Uint8Array.from(data).buffer);
    throw new RangeError(`Weights of the type ${type} are not supported.`);
  };
  const [values, scales, zeros] = [toNumbers(weights), toNumbers(scale), zero === undefined ? [0] : toNumbers(zero)];
  const perChannel = values.length / (weights.shape[0] ?? 1);
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const channel = Math.floor(i / perChannel);
    const at = (list: ArrayLike<number>) => list[list.length === 1 ? 0 : channel] ?? 0;
    floats[i] = ((values[i] ?? 0) - at(zeros)) * at(scales);
  }
  return { shape: weights.shape, type: FLOAT32, data: Buffer.from(floats.buffer) };
}

/** Removes the nodes whose outputs no node and no result reads, and the constants that only they read. */
function withoutUnused(network: OnnxNetwork): OnnxNetwork {
  let { nodes } = network;
  for (;;) {
    const read = new Set([...network.results, ...nodes.flatMap(({ inputs }) => inputs)]);
    const kept = nodes.filter(({ outputs }) => outputs.some((output) => read.has(output)));
    if (kept.length === nodes.length) {
      const constants = new Map([...network.constants].filter(([name]) => read.has(name)));
      return { ...network, nodes, constants };
    }
    nodes = kept;
  }
}
