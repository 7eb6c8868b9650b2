/** Pulls under failures: repeated kills, a full disk, a source that disappears, no network. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { listInstalledModels } from './installed.ts';
import { pullModel } from './pull.ts';
import { startFileServer } from './testing/file-server.ts';
import { modelBytes, sha256 } from './testing/model-bytes.ts';
import { pinnedModel } from './testing/pinned-model.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const BODY = modelBytes(3_000_000);

const pinned = (source: string, body: Buffer = BODY) => pinnedModel([source], body);

it('a pull that is killed at ten random points ends with the right file and never offers a partial one', async () => {
  const directory = await temporaryDirectory();
  const server = await startFileServer({ body: BODY, chunkDelayMs: 4 });
  const model = pinned(`${server.url}/m.gguf`);
  const script = `
    const { pullModel } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'pull.ts')).href)});
    const stopAt = Number(process.argv[1]);
    await pullModel(${JSON.stringify(model)}, { directory: ${JSON.stringify(directory)},
      onProgress: ({ receivedBytes }) => { if (receivedBytes >= stopAt) process.kill(process.pid, 'SIGKILL'); } });`;
  const points = Array.from({ length: 10 }, () => Math.floor(Math.random() * BODY.length)).sort((a, b) => a - b);
  for (const point of points) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, String(point)], { stdio: 'inherit' });
    const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
    expect(signal, `killed at ${point}`).toBe('SIGKILL');
    expect((await listInstalledModels(directory)).models).toEqual([]);
  }
  server.options.chunkDelayMs = 0;
  const pulled = await pullModel(model, { directory });
  expect(sha256(await readFile(pulled.path)), `killed at ${points.join(', ')}`).toBe(sha256(BODY));
  expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf', 'tiny.gguf.json']);
}, 60_000);

/** A separate file system of `bytes`; undefined if this user may not mount one. */
async function smallDisk(bytes: number): Promise<string | undefined> {
  const directory = join(await temporaryDirectory(), 'disk');
  await mkdir(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
  });
  return directory;
}

it('a pull reports a disk that fills up while it writes, and continues when space is free', async ({ skip }) => {
  const directory = await smallDisk(2_000_000);
  if (directory === undefined) return skip('this user may not mount a file system');
  const server = await startFileServer({ body: BODY });
  const model = pinned(`${server.url}/m.gguf`);
  // Another process takes the disk space that was free when the pull started.
  const statfs = async () => ({ bavail: 1e6, bsize: 4096 });
  await expect(pullModel(model, { directory, statfs })).rejects.toMatchObject({
    failure: 'disk_full',
    message: expect.stringMatching(/ MB free and the pull needs .* MB more/),
  });
  expect((await listInstalledModels(directory)).models).toEqual([]);
  execFileSync('mount', ['-o', 'remount,size=50000000', directory]);
  expect(sha256(await readFile((await pullModel(model, { directory, statfs })).path))).toBe(sha256(BODY));
  expect(server.seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
});

it('a pull names a source that disappears during the download and never offers the partial file', async () => {
  const directory = await temporaryDirectory();
  let answers = 0;
  const server = await startFileServer({
    body: BODY,
    dropAfter: [1_000_000],
    intercept: (_request, response) => {
      answers += 1;
      if (answers > 1) response.writeHead(404).end();
      return answers > 1;
    },
  });
  const source = `${server.url}/m.gguf`;
  const failing = pullModel(pinned(source), { directory, retryDelayMs: 1 });
  await expect(failing).rejects.toThrow(
    new RegExp(`${source}: .* has no such file \\(404\\)[\\s\\S]*bytes of it are kept`),
  );
  expect((await listInstalledModels(directory)).models).toEqual([]);
});

it('an offline pull sends no request', async () => {
  const directory = await temporaryDirectory();
  const server = await startFileServer({ body: BODY });
  const source = `${server.url}/m.gguf`;
  await expect(pullModel(pinned(source), { directory, offline: true })).rejects.toThrow(/the setting `offline` is on/);
  expect(server.seen).toEqual([]);
  const copy = join(await temporaryDirectory(), 'm.gguf');
  await writeFile(copy, BODY);
  const pulled = await pullModel(pinned(pathToFileURL(copy).href), { directory, offline: true });
  expect(pulled.record.sha256).toBe(sha256(BODY));
});
