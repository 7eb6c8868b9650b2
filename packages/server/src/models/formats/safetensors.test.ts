import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSafetensors } from './safetensors.ts';
import { writeSafetensors } from './testing/safetensors-writer.ts';

function file(): string {
  const directory = mkdtempSync(join(tmpdir(), 'selfsame-safetensors-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'a.safetensors');
}

async function collect(pieces: AsyncIterable<Float32Array>): Promise<number[]> {
  return (await Array.fromAsync(pieces)).flatMap((piece) => [...piece]);
}

it('reads tensors by name', async () => {
  const path = file();
  const data = new Float32Array([1, 2.5, -3, 4, 5, 6]);
  writeSafetensors(path, { a: { shape: [2, 3], data }, b: { shape: [1], data: new Float32Array([7]) } });
  const tensors = await openSafetensors(path);
  expect(tensors.names).toEqual(['a', 'b']);
  expect(tensors.shapeOf('a')).toEqual([2, 3]);
  expect(await collect(tensors.read('a'))).toEqual([...data]);
  expect(await collect(tensors.read('b'))).toEqual([7]);
  expect(() => tensors.shapeOf('c')).toThrow("holds no tensor 'c'");
  await tensors.close();
});

it('reads a large tensor in chunks', async () => {
  const path = file();
  const data = Float32Array.from({ length: 200_000 }, (_, i) => i);
  writeSafetensors(path, { a: { shape: [200_000], data } });
  const tensors = await openSafetensors(path);
  const pieces = await Array.fromAsync(tensors.read('a'));
  expect(pieces.length).toBeGreaterThan(3);
  expect(Float32Array.from(pieces.flatMap((piece) => [...piece]))).toEqual(data);
  await tensors.close();
});

it('refuses a truncated or damaged file and tensors of another type or shape', async () => {
  const path = file();
  const data = new Float32Array([1, 2]);
  writeSafetensors(path, { a: { shape: [3], data }, b: { shape: [2], data } });
  const tensors = await openSafetensors(path);
  expect(() => tensors.shapeOf('a')).toThrow('another number of values');
  await expect(collect(tensors.read('a'))).rejects.toThrow('another number of values');
  truncateSync(path, statSync(path).size - 3);
  await expect(collect(tensors.read('b'))).rejects.toThrow('is cut off');
  await tensors.close();
  truncateSync(path, 20);
  await expect(openSafetensors(path)).rejects.toThrow('is cut off');
  writeFileSync(path, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{]')]));
  await expect(openSafetensors(path)).rejects.toThrow('damaged header');
  const json = Buffer.from('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}');
  writeFileSync(path, Buffer.concat([Buffer.from([json.length, 0, 0, 0, 0, 0, 0, 0]), json, Buffer.alloc(2)]));
  const half = await openSafetensors(path);
  expect(() => half.shapeOf('a')).toThrow('F16');
  await half.close();
});
