/**
 * The wire format of Protocol Buffers: a message as a list of fields. Invariants: fields that are not changed are
 * written back with the same bytes; a message that ends inside a field throws RangeError.
 */

export type ProtobufField =
  /** Wire type 0. Negative numbers are 64-bit two's complement. */
  | { number: number; type: 'varint'; value: bigint }
  /** Wire type 2: texts, bytes, messages and packed lists. */
  | { number: number; type: 'bytes'; value: Buffer }
  /** Wire types 1 and 5. */
  | { number: number; type: 'fixed64' | 'fixed32'; value: Buffer };

const WIRE_TYPES = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const MAX_VARINT_BYTES = 10;

export function readFields(message: Buffer): ProtobufField[] {
  const fields: ProtobufField[] = [];
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('The message ends inside a field.');
    at += length;
    return message.subarray(at - length, at);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('A number has more than ten bytes.');
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case WIRE_TYPES.varint:
        fields.push({ number, type: 'varint', value: varint() });
        break;
      case WIRE_TYPES.bytes:
        fields.push({ number, type: 'bytes', value: take(Number(varint())) });
        break;
      case WIRE_TYPES.fixed64:
        fields.push({ number, type: 'fixed64', value: take(8) });
        break;
      case WIRE_TYPES.fixed32:
        fields.push({ number, type: 'fixed32', value: take(4) });
        break;
      default:
        throw new RangeError(`The wire type ${tag & 7} is unknown.`);
    }
  }
  return fields;
}

/** Returns the message in pieces, so that large fields are not copied. */
export function writeFields(fields: readonly ProtobufField[]): Buffer[] {
  return fields.flatMap((field) => {
    const tag = toVarint((BigInt(field.number) << 3n) | BigInt(WIRE_TYPES[field.type]));
    if (field.type === 'varint') return [tag, toVarint(field.value)];
    if (field.type === 'bytes') return [tag, toVarint(BigInt(field.value.length)), field.value];
    return [tag, field.value];
  });
}

/** A field of type 2 whose content is in pieces. */
export function writeBytesField(number: number, pieces: readonly Buffer[]): Buffer[] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [toVarint((BigInt(number) << 3n) | BigInt(WIRE_TYPES.bytes)), toVarint(BigInt(length)), ...pieces];
}

export function textField(number: number, text: string): ProtobufField {
  return { number, type: 'bytes', value: Buffer.from(text, 'utf8') };
}

function toVarint(value: bigint): Buffer {
  let left = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left > 0n ? low | 0x80 : low);
  } while (left > 0n);
  return Buffer.from(bytes);
}
