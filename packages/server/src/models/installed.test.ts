import { mkdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCatalogueModel } from './catalogue.ts';
import { writeGguf } from './formats/gguf-writer.ts';
import {
  chooseDefault,
  type InstalledModel,
  listInstalledModels,
  type ModelTier,
  orderByPreference,
} from './installed.ts';
import { modelBytes } from './testing/model-bytes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const gemma = findCatalogueModel('gemma-3-270m');
if (gemma === undefined) throw new Error('gemma-3-270m is not in the catalogue');

/** A sparse file with the right header and size. */
async function placeGemma(directory: string, bytes = gemma?.bytes ?? 0): Promise<string> {
  const path = join(directory, gemma?.file ?? '');
  await writeFile(path, modelBytes(100));
  await truncate(path, bytes);
  return path;
}

function sample(id: string, tier: ModelTier): InstalledModel {
  const facts = { kind: 'chat', format: 'gguf', path: `/${id}`, bytes: 1, label: id } as const;
  return { id, tier, ...facts, source: '', ownedBy: '', createdAt: 0 };
}

describe('listing installed models', () => {
  it('lists a catalogue file with the facts of the catalogue', async () => {
    const directory = await temporaryDirectory();
    const path = await placeGemma(directory);
    const { models, refused } = await listInstalledModels(directory);
    expect(refused).toEqual([]);
    expect(models).toEqual([
      expect.objectContaining({
        id: 'gemma-3-270m',
        path,
        tier: 'recommended',
        createdAt: gemma.created,
        chatTemplate: gemma.chatTemplate,
        endOfTurn: gemma.endOfTurn,
        licence: gemma.licence,
      }),
    ]);
  });

  it('lists the files of the user with their records, configured ones first', async () => {
    const directory = await temporaryDirectory();
    const elsewhere = await temporaryDirectory();
    await placeGemma(directory);
    await writeFile(join(directory, 'Zeta-Q8_0.gguf'), modelBytes(500));
    await writeFile(join(directory, 'alpha.GGUF'), modelBytes(600));
    await writeFile(join(elsewhere, 'Far-Q4_K_M.gguf'), modelBytes(700));
    await utimes(join(directory, 'alpha.GGUF'), 1_700_000_000, 1_700_000_000);
    const record = {
      id: 'x',
      sha256: 'abc',
      bytes: 600,
      source: 'https://host/alpha.GGUF',
      label: 'from host; not verified',
    };
    await writeFile(join(directory, 'alpha.GGUF.json'), JSON.stringify(record));
    const { models } = await listInstalledModels(directory, [join(elsewhere, 'Far-Q4_K_M.gguf')]);
    expect(models.map(({ id, tier }) => [id, tier])).toEqual([
      ['far-q4_k_m', 'yours'],
      ['zeta-q8_0', 'yours'],
      ['alpha', 'yours'],
      ['gemma-3-270m', 'recommended'],
    ]);
    expect(models[2]).toMatchObject({
      sha256: 'abc',
      source: record.source,
      label: `${record.label} It has no chat template, so that it takes no messages.`,
      createdAt: 1_700_000_000,
    });
    expect(models[1]?.label).toContain('not verified');
    expect(models[1]?.sha256).toBeUndefined();
  });

  it('keeps the chat template of a catalogue file that the configuration names, in tier yours', async () => {
    const elsewhere = await temporaryDirectory();
    const path = await placeGemma(elsewhere);
    const { models } = await listInstalledModels(join(elsewhere, 'none'), [path]);
    expect(models).toEqual([expect.objectContaining({ path, tier: 'yours', chatTemplate: gemma.chatTemplate })]);
  });

  it('gives the reason why each other file is refused', async () => {
    const directory = await temporaryDirectory();
    const page = join(directory, 'page.gguf');
    await writeFile(page, '<html>this is not the model you were looking for</html>');
    await writeFile(join(directory, 'empty.gguf'), '');
    await writeFile(join(directory, 'big-00001-of-00002.gguf'), modelBytes(100));
    await writeFile(join(directory, 'mmproj-model.gguf'), modelBytes(100));
    const ancient = modelBytes(100);
    ancient.writeUInt32LE(1, 4);
    await writeFile(join(directory, 'ancient.gguf'), ancient);
    await mkdir(join(directory, 'folder.gguf'));
    await placeGemma(directory, 1_000);
    await writeFile(join(directory, 'notes.txt'), 'not looked at');
    const { models, refused } = await listInstalledModels(directory, ['/nowhere/at/all.gguf']);
    expect(models).toEqual([]);
    expect(refused.toSorted()).toEqual(
      [
        '/nowhere/at/all.gguf is named in the configuration but does not exist or cannot be read',
        `${join(directory, 'ancient.gguf')} is a GGUF file of version 1; versions 2 and 3 are read`,
        `${join(directory, 'big-00001-of-00002.gguf')} is one part of a split model; split models are not supported, use a single file`,
        `${join(directory, 'empty.gguf')} is not a GGUF file (it begins with "")`,
        `${join(directory, 'folder.gguf')} is a directory; name the .gguf file inside it, or a directory with config.json, tokenizer.json and onnx/model.onnx of an embedding model`,
        `${join(directory, gemma.file)} has 1000 bytes instead of ${gemma.bytes}; \`selfsame pull gemma-3-270m\` pulls it again`,
        `${join(directory, 'mmproj-model.gguf')} is a vision projector, not a language model`,
        `${page} is not a GGUF file (it begins with "<htm")`,
      ].toSorted(),
    );
  });

  it('lists a configured folder with an ONNX network as an embedding model, or the reason why not', async () => {
    const folder = join(await temporaryDirectory(), 'Mini-LM');
    const place = async (file: string, content: string) => {
      await mkdir(join(folder, 'onnx'), { recursive: true });
      await writeFile(join(folder, file), content);
      return await listInstalledModels('/nowhere/at/all', [folder]);
    };
    expect((await place('config.json', '{"architectures":["BertModel"]}')).refused).toEqual([
      `${folder} is a directory that has not all of config.json, tokenizer.json and onnx/model.onnx`,
    ]);
    await place('onnx/model.onnx', 'a network');
    const { models, refused } = await place('tokenizer.json', '{}');
    expect(refused).toEqual([]);
    expect(models).toEqual([
      expect.objectContaining({
        id: 'mini-lm',
        kind: 'embedding',
        format: 'onnx',
        path: folder,
        bytes: 9,
        tier: 'yours',
      }),
    ]);
    expect((await place('config.json', '{"architectures":["LlamaForCausalLM"]}')).refused).toEqual([
      `${folder} holds the ONNX network of a LlamaForCausalLM; ONNX networks are read where they embed`,
    ]);
    expect((await place('modules.json', '[]')).models).toHaveLength(1);
  });

  it('labels a chat model without a chat template as taking no messages', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'base.gguf');
    await writeGguf(path, { 'general.architecture': { type: 'string', value: 'llama' } }, []);
    expect((await listInstalledModels(directory)).models[0]?.label).toContain('no chat template');
    await writeGguf(path, { 'tokenizer.chat_template': { type: 'string', value: '{{ messages }}' } }, []);
    expect((await listInstalledModels(directory)).models[0]?.label).not.toContain('template');
  });

  it('lists each id once: the better tier wins and the other file is refused by name', async () => {
    const directory = await temporaryDirectory();
    await placeGemma(directory);
    await writeFile(join(directory, 'gemma-3-270m.gguf'), modelBytes(300));
    const { models, refused } = await listInstalledModels(directory);
    expect(models.map(({ path }) => path)).toEqual([join(directory, 'gemma-3-270m.gguf')]);
    expect(refused).toEqual([expect.stringContaining("would also be called 'gemma-3-270m'")]);
  });

  it('lists no models if the directory does not exist', async () => {
    expect(await listInstalledModels('/nowhere/at/all')).toEqual({ models: [], refused: [] });
  });
});

describe('the default model', () => {
  const builtIn = sample('nano', 'built-in');
  const recommended = sample('gemma', 'recommended');
  const yours = sample('mine', 'yours');
  const alsoYours = sample('mine-too', 'yours');

  it('the default among recommended models is the first one in the catalogue', () => {
    const ids = ['gemma-3-270m', 'smollm2-135m-instruct', 'qwen2.5-coder-0.5b-instruct'];
    const models = ids.map((id) => sample(id, 'recommended'));
    expect(orderByPreference(models).map(({ id }) => id)).toEqual(ids.toReversed());
    expect(chooseDefault(models)?.model.id).toBe('qwen2.5-coder-0.5b-instruct');
  });

  it('the default is a model of the user, then a recommended one, then a built-in one, with the reason', () => {
    expect(orderByPreference([builtIn, recommended, yours, alsoYours])).toEqual([
      yours,
      alsoYours,
      recommended,
      builtIn,
    ]);
    expect(chooseDefault([builtIn, recommended, yours, alsoYours])).toEqual({
      model: yours,
      reason:
        'mine answers: a model of your own comes before the recommended and the built-in ones; it is the first of 2 of its kind.',
    });
    expect(chooseDefault([builtIn, recommended])?.model).toBe(recommended);
    expect(chooseDefault([builtIn])?.reason).toContain('neither a model of your own nor a recommended one');
    expect(chooseDefault([])).toBeUndefined();
  });
});
