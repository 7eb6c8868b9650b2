import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listBuiltInModels } from './built-in.ts';

const SHIPPED = fileURLToPath(new URL('../../../../models/nano/', import.meta.url));

describe('listBuiltInModels', () => {
  it('listBuiltInModels finds the models that ship with the program', async () => {
    const { models, refused } = await listBuiltInModels();
    expect(refused).toEqual([]);
    expect(models).toEqual([
      expect.objectContaining({ id: 'selfsame-nano', kind: 'chat', tier: 'built-in', source: 'built in' }),
      expect.objectContaining({ id: 'selfsame-nano-embedding', kind: 'embedding', tier: 'built-in' }),
    ]);
    for (const { label } of models) expect(label).toContain('very small and weak');
  });

  it('listBuiltInModels refuses a missing file or one with another checksum, with the reason', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selfsame-built-in-'));
    await cp(join(SHIPPED, 'manifest.json'), join(folder, 'manifest.json'));
    const url = pathToFileURL(`${folder}/`);
    expect(await listBuiltInModels(url)).toEqual({ models: [], refused: [expect.stringContaining('is missing')] });
    await writeFile(join(folder, 'selfsame-nano.gguf'), 'GGUF and nothing else');
    expect(await listBuiltInModels(url)).toEqual({ models: [], refused: [expect.stringContaining('has sha256')] });
    await rm(folder, { recursive: true });
    expect(await listBuiltInModels(url)).toEqual({ models: [], refused: [] });
  });
});
