import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type GgufValue, writeGguf } from './formats/gguf-writer.ts';
import { describeGguf } from './gguf-kind.ts';
import { modelBytes } from './testing/model-bytes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

async function kindOf(metadata: Record<string, GgufValue>): Promise<string> {
  const path = join(await temporaryDirectory(), 'a.gguf');
  await writeGguf(path, metadata, []);
  return (await describeGguf(path)).kind;
}

const text = (value: string): GgufValue => ({ type: 'string', value });
const vocabulary = { 'tokenizer.ggml.tokens': { type: 'strings', value: Array(100_000).fill('piece') } } as const;

it('describeGguf recognises encoders and decoders with pooling as embedding models', async () => {
  expect(await kindOf({ 'general.architecture': text('bert'), ...vocabulary })).toBe('embedding');
  const pooled = {
    'general.name': text('x'),
    'general.architecture': text('qwen3'),
    'qwen3.expert_used_count': { type: 'f32', value: 1 },
  } as const;
  expect(await kindOf({ ...pooled, 'qwen3.pooling_type': { type: 'u32', value: 3 }, ...vocabulary })).toBe('embedding');
});

it('describeGguf treats other architectures as chat models', async () => {
  expect(await kindOf({ 'general.architecture': text('llama'), ...vocabulary })).toBe('chat');
  expect(await kindOf({ 'general.architecture': text('qwen3'), 'qwen3.pooling_type': { type: 'u32', value: 0 } })).toBe(
    'chat',
  );
  const path = join(await temporaryDirectory(), 'noise.gguf');
  await writeFile(path, modelBytes(5000));
  expect(await describeGguf(path)).toEqual({ kind: 'chat', hasChatTemplate: false, hasFunctions: false });
});

it('describeGguf finds a chat template after a large vocabulary', async () => {
  const path = join(await temporaryDirectory(), 'a.gguf');
  const metadata = { 'general.architecture': text('llama'), ...vocabulary };
  await writeGguf(path, { ...metadata, 'tokenizer.chat_template': text('{{ messages }}') }, []);
  expect(await describeGguf(path)).toEqual({ kind: 'chat', hasChatTemplate: true, hasFunctions: false });
});

it('describeGguf reports whether a chat template renders functions', async () => {
  const path = join(await temporaryDirectory(), 'b.gguf');
  const template = text('{% for tool in tools %}{{ tool | tojson }}{% endfor %}{{ messages }}');
  await writeGguf(path, { 'general.architecture': text('qwen2'), 'tokenizer.chat_template': template }, []);
  expect(await describeGguf(path)).toMatchObject({ hasFunctions: true });
});
