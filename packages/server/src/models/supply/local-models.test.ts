import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import type { ModelOpeners } from '../../engines/registry.ts';
import { writeGguf } from '../formats/gguf-writer.ts';
import type { InstalledModel } from '../installed.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { createModelLister } from './local-models.ts';

/** No model is opened here. */
const openers = Object.fromEntries(
  MODEL_KINDS.map((kind) => [kind, () => new Promise<never>(() => undefined)]),
) as unknown as ModelOpeners<InstalledModel>;

const writeModel = (dataDir: string, file: string, architecture: string) =>
  writeGguf(join(dataDir, 'models', file), { 'general.architecture': { type: 'string', value: architecture } }, []);

it('registers each file with its kind and keeps the registered model of a file that stays', async () => {
  const dataDir = await temporaryDirectory();
  await mkdir(join(dataDir, 'models'));
  await writeModel(dataDir, 'writer.gguf', 'llama');
  const list = createModelLister({ dataDir, models: [], builtIn: false }, { openers, log: { warn: () => undefined } });
  const writer = (await list()).find(({ id }) => id === 'writer');
  await writeModel(dataDir, 'encoder.gguf', 'bert');
  const both = (await list()).filter(({ id }) => id === 'writer' || id === 'encoder');
  expect(both.map(({ id, kind }) => [id, kind])).toEqual([
    ['encoder', 'embedding'],
    ['writer', 'chat'],
  ]);
  // The registry closes a model that is replaced.
  expect(both[1]).toBe(writer);
});

it('warns once about a default model that does not call functions unless tool_choice forces it', async () => {
  const dataDir = await temporaryDirectory();
  await mkdir(join(dataDir, 'models'));
  await writeModel(dataDir, 'plain.gguf', 'llama');
  const lines: string[] = [];
  const log = { warn: (line: string) => void lines.push(line) };
  const list = createModelLister({ dataDir, models: [], builtIn: false }, { openers, log });
  await list();
  await list();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('plain answers by default and calls no functions by itself');
});
