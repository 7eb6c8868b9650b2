import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { startFileServer } from '../models/testing/file-server.ts';
import { modelBytes } from '../models/testing/model-bytes.ts';
import { temporaryDirectory } from '../models/testing/temporary-directory.ts';
import { pullReferences } from './pull.ts';
import { removeInstalled } from './remove-model.ts';

const BODY = modelBytes(800_000);
const log = { warn: () => undefined };
const signal = new AbortController().signal;

it('pulls several models at the same time; one that fails does not end the others; each can be taken away again', async () => {
  const dataDir = await temporaryDirectory();
  const { config } = loadConfig({ dataDir, builtIn: 'false' }, {});
  const server = await startFileServer({ body: BODY, chunkDelayMs: 20 });
  const moving = new Set<string>();
  let together = 0;
  const results = await pullReferences(
    [`${server.url}/a.gguf`, `${server.url}/b.gguf`, 'http://127.0.0.1:1/c.gguf'],
    config,
    {
      signal,
      log,
      onProgress: (id, { phase }) => {
        if (phase === 'download') moving.add(id);
        if (phase === 'done') moving.delete(id);
        together = Math.max(together, moving.size);
      },
    },
  );
  expect(together).toBe(2);
  const ends = results.map((each) => ('model' in each ? each.model.id : (each.error as Error).message.slice(0, 42)));
  expect(ends.toSorted()).toEqual(["The model 'c' could not be pulled:\n  - htt", 'a', 'b']);
  expect((await readdir(join(dataDir, 'models'))).toSorted()).toEqual([
    'a.gguf',
    'a.gguf.json',
    'b.gguf',
    'b.gguf.json',
  ]);
  await removeInstalled('a', config);
  expect((await readdir(join(dataDir, 'models'))).toSorted()).toEqual(['b.gguf', 'b.gguf.json']);
});

it('chooses the file of a hub repository, with the token of a private one, from the mirror that is set', async () => {
  const dataDir = await temporaryDirectory();
  const server = await startFileServer({
    body: BODY,
    intercept: (request, response) => {
      if (!request.url?.startsWith('/api/')) return false;
      response.end(JSON.stringify([{ type: 'file', path: 'x-Q4_K_M.gguf' }]));
      return true;
    },
  });
  const { config } = loadConfig({ dataDir, hubUrl: server.url, hubToken: 'hf_x' }, {});
  const [pulled] = await pullReferences(['hf:owner/repo'], config, { signal, log, onProgress: () => undefined });
  expect(pulled).toMatchObject({ reference: 'hf:owner/repo', model: { id: 'x-q4_k_m' } });
  expect(server.seen.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/api/models/owner/repo/tree/main?recursive=true', 'Bearer hf_x'],
    ['/owner/repo/resolve/main/x-Q4_K_M.gguf', 'Bearer hf_x'],
  ]);
});

it('refuses everything when one reference is none', async () => {
  const dataDir = await temporaryDirectory();
  const { config } = loadConfig({ dataDir }, {});
  const pulling = pullReferences(['http://127.0.0.1:1/a.gguf', 'nonsense'], config, {
    signal,
    log,
    onProgress: () => undefined,
  });
  await expect(pulling).rejects.toThrow("'nonsense' is no model that can be pulled");
});
