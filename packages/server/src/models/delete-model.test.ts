import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { findCatalogueModel } from './catalogue.ts';
import { deleteModel } from './delete-model.ts';
import { listInstalledModels } from './installed.ts';
import { withPullLock } from './pull-lock.ts';
import { modelBytes } from './testing/model-bytes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

async function place(directory: string, file: string): Promise<string> {
  const path = join(directory, file);
  await writeFile(path, modelBytes(1000));
  await writeFile(`${path}.json`, '{}');
  return path;
}

describe('deleting a model', () => {
  it('deletes the file and the record of a model, and nothing of another one', async () => {
    const directory = await temporaryDirectory();
    await place(directory, 'a.gguf');
    await place(directory, 'b.gguf');
    const { models } = await listInstalledModels(directory);
    expect(await deleteModel('a', { directory, installed: models })).toMatchObject({ bytes: 1000 });
    expect((await readdir(directory)).toSorted()).toEqual(['b.gguf', 'b.gguf.json']);
  });

  it('deletes the files of an unfinished pull of a catalogue model', async () => {
    const directory = await temporaryDirectory();
    const { id = '', file = '' } = findCatalogueModel('all-minilm-l6-v2') ?? {};
    await writeFile(join(directory, `${file}.part`), 'x');
    await mkdir(join(directory, `${file}.parts`));
    await deleteModel(id, { directory, installed: [] });
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses to delete models of other folders, models that are being pulled, and built-in ones', async () => {
    const [directory, elsewhere] = [await temporaryDirectory(), await temporaryDirectory()];
    const path = await place(elsewhere, 'mine.gguf');
    const busy = await place(directory, 'busy.gguf');
    const { models } = await listInstalledModels(directory, [path]);
    const options = { directory, installed: models };
    await expect(deleteModel('mine', options)).rejects.toThrow(`your file ${path}, named in the configuration`);
    await expect(deleteModel('nothing', options)).rejects.toThrow("no model 'nothing' is here; there are mine, busy.");
    const lock = { signal: new AbortController().signal, clock: systemClock, onWait: () => undefined };
    await withPullLock(`${busy}.lock`, lock, async () => {
      await expect(deleteModel('busy', options)).rejects.toThrow(`just being pulled (process ${process.pid})`);
    });
    const builtIn = models.map((model) => ({ ...model, tier: 'built-in' as const }));
    await expect(deleteModel('busy', { directory, installed: builtIn })).rejects.toThrow('ships with the program');
    expect(await readdir(directory)).toContain('busy.gguf');
  });
});
