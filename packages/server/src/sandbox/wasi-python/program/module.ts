/** Reads the module of the interpreter, with an upper limit of its memory. */
import { fstatSync, readSync } from 'node:fs';

const HEADER_BYTES = 8;
const PAGE_BYTES = 64 * 1024;
/** The address space of 32 bits. */
const MAX_PAGES = 65_536;
const SECTION_CUSTOM = 0;
const SECTION_MEMORY = 5;
/** Identifier and size of a section. */
const MAX_SECTION_HEADER_BYTES = 6;
const HAS_MAXIMUM = 1;

interface Section {
  id: number;
  start: number;
  contentStart: number;
  end: number;
}

/** Custom sections are left out: names of functions for debuggers. */
export function readLimitedModule(descriptor: number, memoryBytes: number): Uint8Array<ArrayBuffer> {
  const size = fstatSync(descriptor).size;
  const parts: (Section | Buffer)[] = [];
  for (let at = HEADER_BYTES; at < size; ) {
    const section = readSectionHeader(descriptor, at);
    if (section.end > size) throw new Error('The module of the interpreter is damaged.');
    if (section.id === SECTION_MEMORY) parts.push(limitMemory(readRange(descriptor, section), memoryBytes));
    else if (section.id !== SECTION_CUSTOM) parts.push(section);
    at = section.end;
  }
  const lengths = parts.map((part) => (Buffer.isBuffer(part) ? part.length : part.end - part.start));
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, HEADER_BYTES));
  readSync(descriptor, bytes, 0, HEADER_BYTES, 0);
  let at = HEADER_BYTES;
  for (const [index, part] of parts.entries()) {
    if (Buffer.isBuffer(part)) bytes.set(part, at);
    else readFully(descriptor, bytes.subarray(at, at + (lengths[index] as number)), part.start);
    at += lengths[index] as number;
  }
  return bytes;
}

function readFully(descriptor: number, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length; ) {
    const count = readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) throw new Error('The module of the interpreter is damaged.');
    done += count;
  }
}

function readSectionHeader(descriptor: number, start: number): Section {
  const header = Buffer.alloc(MAX_SECTION_HEADER_BYTES);
  readSync(descriptor, header, 0, header.length, start);
  const { value, next } = readNumber(header, 1);
  return { id: header[0] as number, start, contentStart: start + next, end: start + next + value };
}

function readRange(descriptor: number, { contentStart, end }: Section): Buffer {
  const content = Buffer.alloc(end - contentStart);
  readFully(descriptor, content, contentStart);
  return content;
}

/** The memory section with one memory: count, flags, minimum, maximum. */
function limitMemory(content: Buffer, memoryBytes: number): Buffer {
  const { value: minimum } = readNumber(content, 2);
  const maximum = Math.floor(memoryBytes / PAGE_BYTES);
  if (content[0] !== 1 || maximum < minimum) {
    throw new Error(`The interpreter needs at least ${minimum * PAGE_BYTES} bytes of memory.`);
  }
  const limited = [1, HAS_MAXIMUM, ...toNumber(minimum), ...toNumber(Math.min(maximum, MAX_PAGES))];
  return Buffer.from([SECTION_MEMORY, ...toNumber(limited.length), ...limited]);
}

/** Unsigned LEB128. */
function readNumber(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let next = start, scale = 1; next < bytes.length; scale *= 128) {
    const byte = bytes[next++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next };
  }
  throw new Error('The module of the interpreter is damaged.');
}

function toNumber(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...toNumber(Math.floor(value / 128))];
}
