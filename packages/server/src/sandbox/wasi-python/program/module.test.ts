import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../../models/testing/temporary-directory.ts';
import { readLimitedModule } from './module.ts';

const PAGE_BYTES = 64 * 1024;
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** One memory of at least two pages without a maximum. */
const MEMORY = [5, 3, 1, 0, 2];
const EXPORT = [7, 5, 1, 1, 0x6d, 2, 0];
/** A custom section with the name `n`. */
const CUSTOM = [0, 4, 1, 0x6e, 9, 9];

async function openModule(sections: readonly number[][]): Promise<number> {
  const path = join(await temporaryDirectory(), 'module.wasm');
  await writeFile(path, Buffer.from([HEADER, ...sections].flat()));
  const descriptor = openSync(path, 'r');
  onTestFinished(() => closeSync(descriptor));
  return descriptor;
}

it('limits the memory of a module, and leaves out custom sections', async () => {
  const descriptor = await openModule([CUSTOM, MEMORY, EXPORT, CUSTOM]);
  const bytes = readLimitedModule(descriptor, 300 * PAGE_BYTES + 1);
  const module = new WebAssembly.Module(bytes);
  expect(WebAssembly.Module.customSections(module, 'n')).toEqual([]);
  const memory = new WebAssembly.Instance(module).exports['m'] as WebAssembly.Memory;
  expect(memory.buffer.byteLength).toBe(2 * PAGE_BYTES);
  memory.grow(298);
  expect(() => memory.grow(1)).toThrow(RangeError);
});

it('refuses a limit below the memory that the module starts with, and a truncated module', async () => {
  const descriptor = await openModule([MEMORY, EXPORT]);
  expect(() => readLimitedModule(descriptor, PAGE_BYTES)).toThrow(`at least ${2 * PAGE_BYTES} bytes`);
  const truncated = await openModule([MEMORY, EXPORT.slice(0, -2)]);
  expect(() => readLimitedModule(truncated, 10 * PAGE_BYTES)).toThrow('is damaged');
});
