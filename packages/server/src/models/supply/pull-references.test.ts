import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import { PullError } from '../pull-error.ts';
import { startFileServer } from '../testing/file-server.ts';
import { modelBytes } from '../testing/model-bytes.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type PulledModel, pullFirst, pullReferences } from './pull-references.ts';
import { removeInstalledModel } from './remove-model.ts';

const BODY = modelBytes(800_000);
const log = { warn: () => undefined };
const signal = new AbortController().signal;

it('pulls several models in parallel, continues after a failed one, and can delete each', async () => {
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
  await removeInstalledModel('a', config);
  expect((await readdir(join(dataDir, 'models'))).toSorted()).toEqual(['b.gguf', 'b.gguf.json']);
});

it('chooses the file of a hub repository with the configured mirror and token', async () => {
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

it('pulls nothing if one reference is invalid', async () => {
  const dataDir = await temporaryDirectory();
  const { config } = loadConfig({ dataDir }, {});
  const pulling = pullReferences(['http://127.0.0.1:1/a.gguf', 'nonsense'], config, {
    signal,
    log,
    onProgress: () => undefined,
  });
  await expect(pulling).rejects.toThrow("'nonsense' is no model that can be pulled");
});

it('pulls the next best model if the best one fails, and throws the error of the last one', async () => {
  const models = ['best', 'next', 'last'].map((id) => ({
    id,
    kind: 'chat' as const,
    label: '',
    file: '',
    sources: [],
  }));
  const pulled = { id: 'next' } as PulledModel;
  const asked: string[] = [];
  const attempt = (available: string) => async (model: { id: string }) => {
    asked.push(model.id);
    if (model.id !== available) throw new PullError('sources', `no ${model.id}`);
    return pulled;
  };
  expect(await pullFirst(models, attempt('next'))).toBe(pulled);
  expect(asked).toEqual(['best', 'next']);
  await expect(pullFirst(models, attempt('none'))).rejects.toThrow('no last');
  const broken = async () => Promise.reject(new TypeError('a bug'));
  await expect(pullFirst(models, broken)).rejects.toThrow('a bug');
});

it('a pull without references fails per kind if no model fits the memory limit', async () => {
  const { config } = loadConfig({ dataDir: await temporaryDirectory(), modelMemoryBytes: '100000000' }, {});
  const results = await pullReferences([], config, { signal, log, onProgress: () => undefined });
  expect(results.map((result) => 'error' in result && (result.error as Error).message)).toEqual(
    MODEL_KINDS.map(
      (kind) => `No recommended ${kind} model fits this machine; \`selfsame pull --recommend\` says why.`,
    ),
  );
});
