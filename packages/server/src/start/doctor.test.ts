import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Config, loadConfig } from '../config/load.ts';
import { MODEL_KINDS } from '../engines/model-kinds.ts';
import { temporaryDirectory } from '../models/testing/temporary-directory.ts';
import { canExecuteCode } from '../sandbox/testing/can-execute-code.ts';
import { createPostgresDatabase } from '../storage/sql/testing/postgres-fixture.ts';
import { postgresMissing } from '../storage/sql/testing/postgres-server.ts';
import { checkAudio } from './doctor/audio.ts';
import { checkDatabase } from './doctor/database.ts';
import type { Check, Finding } from './doctor/finding.ts';
import { checkAddress, checkDisk } from './doctor/machine.ts';
import { checkModels, checkRecommended, checkUpstreams } from './doctor/models.ts';
import { checkSandbox } from './doctor/sandbox.ts';
import { examine } from './doctor.ts';
import { startTestServer } from './testing/test-server.ts';

async function load(settings: Record<string, string>): Promise<Config> {
  const dataDir = settings.dataDir ?? (await temporaryDirectory());
  return loadConfig({ offline: 'true', port: '0', ...settings, dataDir }, { KEY: 'right' }).config;
}

async function run(check: Check, settings: Record<string, string>): Promise<Finding | undefined> {
  return [await check(await load(settings))].flat()[0];
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const canExecute = await canExecuteCode();

describe('the doctor', () => {
  it('selfsame doctor reports a valid installation as ok, with its database', async () => {
    const all = await examine(await load({}));
    const findings = new Map(all.map((finding) => [finding.what, finding]));
    expect(findings.get('database')).toMatchObject({ state: 'ok' });
    expect(findings.get('database')?.seen).toMatch(
      /^SQLite 3\.\d+\.\d+, schema \d{4}-[\w-]+, vectors compared by sqlite-vec, 0 active API keys$/,
    );
    for (const what of ['runtime', 'address', 'engine', 'models', 'sources']) {
      expect(findings.get(what), what).toMatchObject({ state: 'ok' });
    }
  });

  it('selfsame doctor lists the formats of speech, and what AAC needs without ffmpeg', async () => {
    const { PATH } = process.env;
    onTestFinished(() => {
      process.env.PATH = PATH;
    });
    process.env.PATH = '';
    const finding = await run(checkAudio, {});
    expect(finding).toMatchObject({ state: 'ok', seen: 'speech is encoded as mp3, opus, flac, wav, pcm' });
    expect(finding?.advice).toContain('ffmpeg');
  });

  it('selfsame doctor reports that code is not executed if the operator turned it off', async () => {
    const finding = await run(checkSandbox, { sandbox: 'none' });
    expect(finding).toMatchObject({ state: 'ok', seen: expect.stringContaining("'sandbox'") as string });
  });

  it.skipIf(!canExecute)('selfsame doctor reports the sandbox that executes code', async () => {
    expect(await run(checkSandbox, {})).toMatchObject({ state: 'ok', seen: 'bubblewrap' });
  });

  it.skipIf(postgresMissing !== undefined)('selfsame doctor reports the version of PostgreSQL', async () => {
    const { url, drop } = await createPostgresDatabase();
    onTestFinished(drop);
    const finding = await run(checkDatabase, { databaseUrl: url });
    expect(finding?.seen).toMatch(
      /^PostgreSQL \d+\.\d+.*, schema \d{4}-[\w-]+, vectors compared by this process \(no pgvector: .+\), 0 active API keys$/,
    );
  });

  it('selfsame doctor advises on a read-only folder, a damaged database and a damaged model file', async () => {
    const dataDir = await temporaryDirectory();
    await mkdir(join(dataDir, 'models'));
    await writeFile(join(dataDir, 'models', 'broken.gguf'), 'not a model');
    await writeFile(join(dataDir, 'selfsame.db'), 'this is no database '.repeat(100));
    const problem = (advice: string) => ({ state: 'problem', advice: expect.stringContaining(advice) });
    expect(await run(checkDatabase, { dataDir })).toMatchObject(problem('selfsame.db'));
    expect(await run(checkModels, { dataDir })).toMatchObject({ seen: expect.stringContaining('broken.gguf') });
    const nowhere = { dataDir: join(dataDir, 'selfsame.db', 'x') };
    expect(await run(checkDisk, nowhere)).toMatchObject(problem('SELFSAME_DATA_DIR'));
    expect(await run(checkModels, nowhere)).toMatchObject(problem('Look at the folder'));
    const databaseUrl = 'postgres://missing@127.0.0.1:1/none';
    expect(await run(checkDatabase, { databaseUrl })).toMatchObject(problem('SELFSAME_DATABASE_URL'));
  });

  it('selfsame doctor names the models that fit best with their cost, or that none fits', async () => {
    const config = await load({ modelMemoryBytes: '1800000000' });
    const found = [await checkRecommended(config)].flat();
    expect(found.map(({ state }) => state)).toEqual(MODEL_KINDS.map(() => 'ok'));
    expect(found[0]?.seen).toBe(
      'chat model that fits best: qwen2.5-coder-0.5b-instruct (491 MB of disk, 1.4 GB of memory, about 80 s at 50 Mbit/s)',
    );
    expect(found[0]?.advice).toContain('`selfsame pull qwen2.5-coder-0.5b-instruct` gets it');
    const nothing = await run(checkRecommended, { modelMemoryBytes: '100000000' });
    expect(nothing).toMatchObject({ state: 'warning', seen: 'no chat model of the catalogue fits this machine' });
  });

  it('selfsame doctor distinguishes the port of another program from a running server', async () => {
    const other = new URL(await listen((_request, response) => response.end('hello')));
    expect(await run(checkAddress, { port: other.port })).toMatchObject({ state: 'problem' });
    const own = await startTestServer();
    onTestFinished(() => own.close());
    const { port } = new URL(own.url);
    expect((await run(checkAddress, { port }))?.seen).toBe(`a server runs at ${own.url} and is ready`);
  });

  it('selfsame doctor checks every replica of every upstream with its key', async () => {
    const url = await listen((request, response) => {
      if (request.headers.authorization !== 'Bearer right') response.writeHead(401);
      response.end('{"data":[{"id":"llama"}]}');
    });
    const ask = (upstream: object) => {
      const upstreams = JSON.stringify([{ name: 'gpu', urls: [url], keyEnv: 'KEY', ...upstream }]);
      return run(checkUpstreams, { upstreams });
    };
    expect(await ask({})).toMatchObject({ state: 'ok', seen: `${url} answers with 1 models` });
    expect(await ask({ keyEnv: undefined })).toMatchObject({ state: 'problem', seen: `${url} answered 401` });
    expect(await ask({ urls: ['http://127.0.0.1:1/v1'] })).toMatchObject({
      state: 'problem',
      seen: expect.stringContaining('http://127.0.0.1:1/v1: '),
    });
    expect(await ask({ models: [{ id: 'qwen' }] })).toMatchObject({
      state: 'warning',
      seen: `${url} does not list qwen`,
    });
  });
});
