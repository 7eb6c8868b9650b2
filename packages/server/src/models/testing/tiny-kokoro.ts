/**
 * Inputs of the conversion of Kokoro with a tiny network that makes sounds of the right length: each token lasts
 * `TOKEN_SAMPLES`, and the voice determines the loudness. Its first convolution is quantized as in the original.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KOKORO_INPUTS } from '../convert/kokoro-inputs.ts';
import { FLOAT32, INT8, type OnnxNode, UINT8, writeConstant, writeNetwork } from '../formats/onnx-network.ts';
import { type ProtobufField, textField, writeFields } from '../formats/protobuf.ts';

export const TOKEN_SAMPLES = 1500;

const INT32 = 6;
const INT64 = 7;
const STYLE_BYTES = 4 * 256 * 510;
/** Makes the network slow enough for tests of streaming and of aborts. */
const SLOW = { channels: 64, kernel: 255 };

export async function writeTinyKokoroInputs(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, KOKORO_INPUTS.network), Buffer.concat(writeNetwork(toNetwork())));
  const voices = ['af_loud', 'bm_quiet', 'jf_other'].map((name, i) => {
    const style = new Float32Array(STYLE_BYTES / 4).fill(1 / (i + 1));
    return { name: `package/voices/${name}.bin`, content: Buffer.from(style.buffer) };
  });
  await writeFile(join(directory, KOKORO_INPUTS.voices), gzipSync(toTar(voices)));
  const words = {
    the: 'ðə',
    library: 'lˈIbɹˌɛɹi',
    opens: 'ˈOpənz',
    at: 'æt',
    nine: 'nˈIn',
    in: 'ɪn',
    morning: 'mˈɔɹnɪŋ',
  };
  for (const [better, other] of Object.values(KOKORO_INPUTS.lexicons)) {
    const tagged = { use: { DEFAULT: 'jˈuz', NOUN: 'jˈus' }, US: { DEFAULT: 'ˌʌs', NOUN: null }, butter: 'bˈʌɾəɹ' };
    await writeFile(
      join(directory, better),
      JSON.stringify({ ...words, ...tagged, a: 'A', A: 'ˈA', S: 'ˈɛs', U: 'jˈu' }),
    );
    await writeFile(join(directory, other), JSON.stringify({ the: 'wrong', silver: 'sˈɪlvəɹ' }));
  }
}

type Attribute = readonly [name: string, ...values: number[]];

/** Lists of numbers have the type INTS, `to` of a cast and axes the type INT. */
function node(
  op: string,
  inputs: string[],
  output: string | string[],
  attributes: readonly Attribute[] = [],
): OnnxNode {
  const rest = attributes.map(([name, ...values]): ProtobufField => {
    const isList = name === 'pads' || name === 'kernel_shape';
    const numbers = values.map((value) => ({ number: isList ? 8 : 3, type: 'varint' as const, value: BigInt(value) }));
    const type = { number: 20, type: 'varint' as const, value: isList ? 7n : 2n };
    return { number: 5, type: 'bytes', value: Buffer.concat(writeFields([textField(1, name), ...numbers, type])) };
  });
  return { op, inputs, outputs: [output].flat(), rest };
}

function toNetwork() {
  const pad = Math.floor(SLOW.kernel / 2);
  const nodes = [
    node('Cast', ['tokens', ''].slice(0, 1), 'ids', [['to', FLOAT32]]),
    node('Unsqueeze', ['ids', 'axis1'], 'x'),
    node('DynamicQuantizeLinear', ['x'], ['q', 'qScale', 'qZero']),
    node('ConvInteger', ['q', 'w', 'qZero', 'wZero'], 'sums', [
      ['kernel_shape', 3],
      ['pads', 1, 1],
    ]),
    node('Mul', ['qScale', 'wScale'], 'scale'),
    node('Div', ['bias', 'scale'], 'biasSteps'),
    node('Cast', ['biasSteps'], 'biasInt', [['to', INT32]]),
    node('Reshape', ['biasInt', 'biasShape'], 'biasCube'),
    node('Add', ['sums', 'biasCube'], 'biased'),
    node('Cast', ['biased'], 'float', [['to', FLOAT32]]),
    node('Mul', ['float', 'scale'], 'y'),
    node('Div', ['tokenSamples', 'speed'], 'samples'),
    node('Cast', ['samples'], 'times', [['to', INT64]]),
    node('Concat', ['ones', 'times'], 'repeats', [['axis', 0]]),
    node('Tile', ['y', 'repeats'], 'long'),
    node('Sin', ['long'], 'waves'),
    node('Conv', ['waves', 'slow'], 'many', [
      ['kernel_shape', SLOW.kernel],
      ['pads', pad, pad],
    ]),
    node('ReduceMean', ['many', 'axis1'], 'one', [['keepdims', 0]]),
    node('ReduceMean', ['style', 'axis1'], 'loudness', [['keepdims', 0]]),
    node('Mul', ['one', 'loudness'], 'loud'),
    node('Reshape', ['loud', 'flat'], 'audio'),
  ];
  const int64 = (...values: number[]) => Buffer.from(BigInt64Array.from(values, BigInt).buffer);
  const float = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
  const slow = Array.from({ length: SLOW.channels * SLOW.kernel }, (_, i) => (i % SLOW.kernel === pad ? 0.3 : 0));
  const constants: [string, { shape: number[]; type: number; data: Buffer }][] = [
    ['axis1', { shape: [1], type: INT64, data: int64(1) }],
    ['w', { shape: [1, 1, 3], type: INT8, data: Buffer.from(Int8Array.from([-20, 100, 50]).buffer) }],
    ['wZero', { shape: [], type: INT8, data: Buffer.from([0]) }],
    ['wScale', { shape: [1], type: FLOAT32, data: float(0.01) }],
    ['bias', { shape: [1], type: FLOAT32, data: float(2.5) }],
    ['biasShape', { shape: [3], type: INT64, data: int64(1, 1, 1) }],
    ['tokenSamples', { shape: [1], type: FLOAT32, data: float(TOKEN_SAMPLES) }],
    ['ones', { shape: [2], type: INT64, data: int64(1, 1) }],
    ['slow', { shape: [SLOW.channels, 1, SLOW.kernel], type: FLOAT32, data: float(...slow) }],
    ['flat', { shape: [1], type: INT64, data: int64(-1) }],
    ['unused', { shape: [1], type: UINT8, data: Buffer.from([7]) }],
  ];
  const inputs = [toValue('tokens', INT64, 1, 'n'), toValue('style', FLOAT32, 1, 256), toValue('speed', FLOAT32, 1)];
  const field = (number: number, value: Buffer): ProtobufField => ({ number, type: 'bytes', value });
  const opset = Buffer.concat(writeFields([textField(1, ''), { number: 2, type: 'varint', value: 18n }]));
  return {
    nodes,
    constants: new Map(constants.map(([name, constant]) => [name, writeConstant(name, constant)])),
    results: ['audio'],
    graphRest: [
      textField(2, 'tiny'),
      ...inputs.map((value) => field(11, value)),
      field(12, toValue('audio', FLOAT32, 'samples')),
    ],
    modelRest: [{ number: 1, type: 'varint' as const, value: 9n }, field(8, opset)],
  };
}

/** A `ValueInfoProto`; a string is a dimension of variable size. */
function toValue(name: string, type: number, ...shape: (string | number)[]): Buffer {
  const message = (...fields: ProtobufField[]) => Buffer.concat(writeFields(fields));
  const field = (number: number, value: Buffer): ProtobufField => ({ number, type: 'bytes', value });
  const varint = (number: number, value: number): ProtobufField => ({ number, type: 'varint', value: BigInt(value) });
  const sizes = shape.map((size) => field(1, message(typeof size === 'string' ? textField(2, size) : varint(1, size))));
  const tensor = message(varint(1, type), field(2, message(...sizes)));
  return message(textField(1, name), field(2, message(field(1, tensor))));
}

/** A tar archive of regular files. */
export function toTar(files: readonly { name: string; content: Buffer }[]): Buffer {
  const blocks = files.flatMap(({ name, content }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
