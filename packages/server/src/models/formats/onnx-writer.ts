/** Writes ONNX networks: only the part of the protocol-buffer format that graphs of float and int64 need. */
import { writeFileSync } from 'node:fs';

/** Constants of the format. */
const FLOAT = 1;
const INT64 = 7;
const HALF = 10;
const IR_VERSION = 10;
const OPSET = 20;
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

type Bytes = Uint8Array;

function varint(value: number): Bytes {
  const bytes: number[] = [];
  // Negative numbers are encoded as 64 bits in two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const number = (field: number, value: number): Bytes => Buffer.concat([varint(field << 3), varint(value)]);

function bytes(field: number, value: Bytes | string): Bytes {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function float(field: number, value: number): Bytes {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
}

function attribute(name: string, value: number | readonly number[]): Bytes {
  if (typeof value !== 'number') {
    return Buffer.concat([bytes(1, name), ...value.map((item) => number(8, item)), number(20, ATTRIBUTE_TYPES.ints)]);
  }
  // A fraction becomes a float, a whole number an int; a whole float must be a tensor.
  return Number.isInteger(value)
    ? Buffer.concat([bytes(1, name), number(3, value), number(20, ATTRIBUTE_TYPES.int)])
    : Buffer.concat([bytes(1, name), float(2, value), number(20, ATTRIBUTE_TYPES.float)]);
}

/** `shape`: a string names a dimension of variable size. */
function valueInfo(name: string, type: number, shape: readonly (string | number)[]): Bytes {
  const sizes = shape.map((size) => bytes(1, typeof size === 'string' ? bytes(2, size) : number(1, size)));
  const tensorType = Buffer.concat([number(1, type), bytes(2, Buffer.concat(sizes))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}

/** Builds a graph node by node; each method returns the name of the added value. */
export class OnnxGraph {
  readonly #nodes: Bytes[] = [];
  readonly #tensors: Bytes[] = [];
  readonly #inputs: Bytes[] = [];
  readonly #outputs: Bytes[] = [];
  readonly #domains = new Set<string>();
  #count = 0;

  /** Adds an input of int64. */
  input(name: string, ...shape: (string | number)[]): string {
    this.#inputs.push(bytes(11, valueInfo(name, INT64, shape)));
    return name;
  }

  /** Adds an input of floats. */
  floatInput(name: string, ...shape: (string | number)[]): string {
    this.#inputs.push(bytes(11, valueInfo(name, FLOAT, shape)));
    return name;
  }

  floats(data: Float32Array, ...shape: number[]): string {
    return this.#tensor(FLOAT, shape, data);
  }

  /** Half-precision numbers, little-endian, as a value of floats. The runtime converts them once, when it loads. */
  halves(data: Uint8Array, ...shape: number[]): string {
    return this.node('Cast', [this.#tensor(HALF, shape, data)], { to: FLOAT });
  }

  ints(values: readonly number[], ...shape: number[]): string {
    return this.#tensor(INT64, shape, BigInt64Array.from(values, BigInt));
  }

  /** `domain`: of operators that the standard does not have. */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
    domain = '',
  ): string {
    const name = this.#name();
    const parts = [...inputs.map((input) => bytes(1, input)), bytes(2, name), bytes(3, name), bytes(4, type)];
    for (const [key, value] of Object.entries(attributes)) parts.push(bytes(5, attribute(key, value)));
    if (domain !== '') {
      parts.push(bytes(7, domain));
      this.#domains.add(domain);
    }
    this.#nodes.push(bytes(1, Buffer.concat(parts)));
    return name;
  }

  /** Adds an output of floats. */
  output(name: string, of: string, ...shape: (string | number)[]): void {
    this.#nodes.push(bytes(1, Buffer.concat([bytes(1, of), bytes(2, name), bytes(3, name), bytes(4, 'Identity')])));
    this.#outputs.push(bytes(12, valueInfo(name, FLOAT, shape)));
  }

  write(path: string): void {
    writeFileSync(path, this.toBytes());
  }

  toBytes(): Buffer {
    const graph = [...this.#nodes, bytes(2, 'graph'), ...this.#tensors, ...this.#inputs, ...this.#outputs];
    const opsets = [
      Buffer.concat([bytes(1, ''), number(2, OPSET)]),
      ...[...this.#domains].map((domain) => Buffer.concat([bytes(1, domain), number(2, 1)])),
    ].map((opset) => bytes(8, opset));
    return Buffer.concat([number(1, IR_VERSION), ...opsets, bytes(7, Buffer.concat(graph))]);
  }

  #name(): string {
    this.#count += 1;
    return `n${this.#count}`;
  }

  #tensor(type: number, shape: readonly number[], data: Float32Array | BigInt64Array | Uint8Array): string {
    const name = this.#name();
    const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const parts = [...shape.map((size) => number(1, size)), number(2, type), bytes(8, name), bytes(9, raw)];
    this.#tensors.push(bytes(5, Buffer.concat(parts)));
    return name;
  }
}
