import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findGgufError } from '../formats/gguf-reader.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { TINY_BERT, TINY_BERT_VOCABULARY, writeTinyBert } from '../testing/tiny-bert.ts';
import { convertBert } from './bert.ts';

// The test of the engine compares the vectors of the file with those of its sources.

it('a conversion of the same sources yields the same bytes', async () => {
  const directory = await temporaryDirectory();
  const sources = writeTinyBert(directory);
  const sums = ['a.gguf', 'b.gguf'].map(async (name) => {
    const target = join(directory, name);
    await convertBert(sources, TINY_BERT, target);
    expect(await findGgufError(target)).toBeUndefined();
    return createHash('sha256')
      .update(await readFile(target))
      .digest('hex');
  });
  const [first, second] = await Promise.all(sums);
  expect(first).toBe(second);
});

it('stores matrices in half precision and other tensors in single precision', async () => {
  const directory = await temporaryDirectory();
  const target = join(directory, 'a.gguf');
  await convertBert(writeTinyBert(directory), TINY_BERT, target);
  const matrices = TINY_BERT_VOCABULARY.length * 64 + 2 * (4 * 64 * 64 + 2 * 64 * 96);
  const size = (await readFile(target)).length;
  expect(size).toBeGreaterThan(2 * matrices + 4 * 130 * 64);
  expect(size).toBeLessThan(2.6 * matrices + 4 * 130 * 64);
});

it('names the missing part of a source', async () => {
  const directory = await temporaryDirectory();
  const sources = writeTinyBert(directory);
  const target = join(directory, 'a.gguf');
  await expect(convertBert(sources, { ...TINY_BERT, layers: 3 }, target)).rejects.toThrow(
    "holds no tensor 'encoder.layer.2.attention.self.query.weight'",
  );
  await writeFile(sources.vocabulary, 'a\nb\n');
  await expect(convertBert(sources, TINY_BERT, target)).rejects.toThrow('The vocabulary has no [CLS].');
  await writeFile(sources.weights, 'no tensors at all');
  await writeFile(sources.vocabulary, `${TINY_BERT_VOCABULARY.join('\n')}\n`);
  await expect(convertBert(sources, TINY_BERT, target)).rejects.toThrow('has a damaged header');
});
