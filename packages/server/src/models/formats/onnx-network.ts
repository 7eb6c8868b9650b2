/**
 * Reads an ONNX network into its nodes and constants and writes it back. Everything else of the file is kept unchanged.
 */
import { type ProtobufField, readFields, textField, writeBytesField, writeFields } from './protobuf.ts';

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Attributes, name and domain, as in the file. */
  rest: readonly ProtobufField[];
}

/** A constant tensor of the network. */
export interface OnnxConstant {
  shape: readonly number[];
  /** `TensorProto.DataType`. */
  type: number;
  /** Little-endian values. */
  data: Buffer;
}

export interface OnnxNetwork {
  nodes: readonly OnnxNode[];
  /** Serialized constants by name, see `readConstant`. */
  constants: ReadonlyMap<string, Buffer>;
  /** Names of the results. */
  results: readonly string[];
  /** Fields of the graph and of the model that are neither nodes nor constants. */
  graphRest: readonly ProtobufField[];
  modelRest: readonly ProtobufField[];
}

/** `TensorProto.DataType`. */
export const FLOAT32 = 1;
export const UINT8 = 2;
export const INT8 = 3;

/** Field numbers of the ONNX messages. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, constant: 5, result: 12 };
const NODE = { input: 1, output: 2, op: 4 };
const TENSOR = { dims: 1, type: 2, floats: 4, ints: 5, name: 8, raw: 9 };
const VALUE = { name: 1 };

/** Throws RangeError for a file that is no ONNX network. */
export function readNetwork(file: Buffer): OnnxNetwork {
  const model = readFields(file);
  const graphField = model.find((field) => field.number === MODEL.graph);
  if (graphField?.type !== 'bytes') throw new RangeError('The file has no graph.');
  const graph = readFields(graphField.value);
  const is = (number: number) => (field: ProtobufField) => field.number === number;
  const constants = graph.filter(is(GRAPH.constant)).map((field): [string, Buffer] => {
    const message = bytesOf(field);
    return [texts(readFields(message), TENSOR.name)[0] ?? '', message];
  });
  return {
    nodes: graph.filter(is(GRAPH.node)).map((field) => readNode(bytesOf(field))),
    constants: new Map(constants),
    results: graph.filter(is(GRAPH.result)).flatMap((field) => texts(readFields(bytesOf(field)), VALUE.name)),
    graphRest: graph.filter(({ number }) => number !== GRAPH.node && number !== GRAPH.constant),
    modelRest: model.filter(({ number }) => number !== MODEL.graph),
  };
}

/** Returns the file in pieces. */
export function writeNetwork({ nodes, constants, graphRest, modelRest }: OnnxNetwork): Buffer[] {
  const graph = [
    ...nodes.flatMap((node) => writeBytesField(GRAPH.node, writeNode(node))),
    ...writeFields(graphRest),
    ...[...constants.values()].flatMap((constant) => writeBytesField(GRAPH.constant, [constant])),
  ];
  return [...writeFields(modelRest), ...writeBytesField(MODEL.graph, graph)];
}

function readNode(message: Buffer): OnnxNode {
  const fields = readFields(message);
  const known: readonly number[] = Object.values(NODE);
  return {
    op: texts(fields, NODE.op)[0] ?? '',
    inputs: texts(fields, NODE.input),
    outputs: texts(fields, NODE.output),
    rest: fields.filter(({ number }) => !known.includes(number)),
  };
}

function writeNode({ op, inputs, outputs, rest }: OnnxNode): Buffer[] {
  return writeFields([
    ...inputs.map((name) => textField(NODE.input, name)),
    ...outputs.map((name) => textField(NODE.output, name)),
    textField(NODE.op, op),
    ...rest,
  ]);
}

/** Throws RangeError for a constant whose values are neither raw bytes nor a list of a known type. */
export function readConstant(message: Buffer): OnnxConstant {
  const fields = readFields(message);
  const shape = fields.filter(({ number }) => number === TENSOR.dims).flatMap(readInts);
  const type = fields.find(({ number }) => number === TENSOR.type);
  const raw = fields.find(({ number }) => number === TENSOR.raw);
  if (type?.type !== 'varint') throw new RangeError('A constant has no type.');
  return { shape, type: Number(type.value), data: raw === undefined ? listOf(fields, type.value) : bytesOf(raw) };
}

/** Small constants may be lists of numbers, packed or one field per value. */
function listOf(fields: readonly ProtobufField[], type: bigint): Buffer {
  const ofNumber = (wanted: number) => fields.filter(({ number }) => number === wanted);
  if (Number(type) === FLOAT32) {
    const floats = ofNumber(TENSOR.floats);
    return Buffer.concat(floats.map((field) => (field.type === 'varint' ? Buffer.alloc(0) : field.value)));
  }
  if (Number(type) === INT8 || Number(type) === UINT8) {
    return Buffer.from(
      ofNumber(TENSOR.ints)
        .flatMap(readInts)
        .map((value) => value & 0xff),
    );
  }
  throw new RangeError(`Constants of the type ${type} are read from raw bytes only.`);
}

export function writeConstant(name: string, { shape, type, data }: OnnxConstant): Buffer {
  const pieces = writeFields([
    ...shape.map((size) => ({ number: TENSOR.dims, type: 'varint' as const, value: BigInt(size) })),
    { number: TENSOR.type, type: 'varint', value: BigInt(type) },
    textField(TENSOR.name, name),
    { number: TENSOR.raw, type: 'bytes', value: data },
  ]);
  return Buffer.concat(pieces);
}

/** Packed lists of varints, or a single one. */
function readInts(field: ProtobufField): number[] {
  if (field.type === 'varint') return [Number(field.value)];
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of field.value) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    shift = 0n;
  }
  return values;
}

function texts(fields: readonly ProtobufField[], number: number): string[] {
  return fields.filter((field) => field.number === number).map((field) => bytesOf(field).toString('utf8'));
}

function bytesOf(field: ProtobufField): Buffer {
  if (field.type !== 'bytes') throw new RangeError(`The field ${field.number} is no text, bytes or message.`);
  return field.value;
}
