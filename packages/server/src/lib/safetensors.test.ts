import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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

it('reads the tensors that are there, by name', async () => {
  const path = file();
  const data = new Float32Array([1, 2.5, -3, 4, 5, 6]);
  writeSafetensors(path, { a: { shape: [2, 3], data }, b: { shape: [1], data: new Float32Array([7]) } });
  const tensors = await openSafetensors(path);
  expect(tensors.names).toEqual(['a', 'b']);
  expect(await tensors.read('a')).toEqual({ shape: [2, 3], data });
  expect((await tensors.read('b')).data).toEqual(new Float32Array([7]));
  await expect(tensors.read('c')).rejects.toThrow("holds no tensor 'c'");
  await tensors.close();
});

it('refuses what is cut off, damaged, of another type or of another shape than it says', async () => {
  const path = file();
  writeSafetensors(path, { a: { shape: [3], data: new Float32Array([1, 2]) } });
  const tensors = await openSafetensors(path);
  await expect(tensors.read('a')).rejects.toThrow('another number of values');
  truncateSync(path, 90);
  await expect(tensors.read('a')).rejects.toThrow('is cut off');
  await tensors.close();
  truncateSync(path, 20);
  await expect(openSafetensors(path)).rejects.toThrow('is cut off');
  writeFileSync(path, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{]')]));
  await expect(openSafetensors(path)).rejects.toThrow('damaged header');
  const json = Buffer.from('{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}');
  writeFileSync(path, Buffer.concat([Buffer.from([json.length, 0, 0, 0, 0, 0, 0, 0]), json, Buffer.alloc(2)]));
  const half = await openSafetensors(path);
  await expect(half.read('a')).rejects.toThrow('F16');
  await half.close();
});
