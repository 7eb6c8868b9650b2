/** Pulls from a fake hub that announces, refuses, delays and breaks downloads. */
import { mkdir, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { catalogue } from './catalogue.ts';
import { listInstalledModels } from './installed.ts';
import { pullModel } from './pull.ts';
import type { PullOptions } from './pull-options.ts';
import { parseRetryAfter } from './sources/http-exchange.ts';
import { startFakeHub } from './testing/fake-hub.ts';
import { modelBytes, sha256 } from './testing/model-bytes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const BODY = modelBytes(400_000);
const OTHER = modelBytes(400_000, 3);
const SOURCE = 'hf:owner/repo:m.gguf';

/** An entry whose size and checksum only the hub announces. */
const announcedModel: PullableModel = {
  id: 'tiny',
  kind: 'chat',
  label: 'A file for tests.',
  file: 'm.gguf',
  announced: true,
  sources: [SOURCE],
};
const { announced: _, ...facts } = announcedModel;
const pinnedModel: PullableModel = { ...facts, bytes: BODY.length, sha256: sha256(BODY) };

async function pullFrom(hubUrl: string, model: PullableModel, options: Partial<PullOptions> = {}) {
  const directory = options.directory ?? (await temporaryDirectory());
  return await pullModel(model, { retryDelayMs: 1, ...options, directory, hubUrl });
}

describe('a pull from the hub', () => {
  it('verifies and records the size and checksum that the hub announces before its redirect', async () => {
    const { url, storage, hub } = await startFakeHub({ body: BODY });
    const { path, record } = await pullFrom(url, announcedModel, { hubToken: 'secret' });
    expect((await readFile(path)).equals(BODY)).toBe(true);
    const announced = { sha256: sha256(BODY), bytes: BODY.length };
    expect(record).toMatchObject({ source: SOURCE, checkedAgainst: 'source', sha256: sha256(BODY), announced });
    expect(JSON.parse(await readFile(`${path}.json`, 'utf8'))).toEqual(record);
    expect(hub.seen[0]?.authorization).toBe('Bearer secret');
    expect(storage.seen[0]?.authorization).toBeUndefined();
  });

  it('refuses a file with another checksum than the hub announced, and deletes it', async () => {
    const directory = join(await temporaryDirectory(), 'models');
    await mkdir(directory);
    const { url } = await startFakeHub({ body: BODY, stored: OTHER });
    const sums = new RegExp(`sha256 ${sha256(OTHER)} instead of ${sha256(BODY)}`);
    await expect(pullFrom(url, announcedModel, { directory })).rejects.toThrow(sums);
    expect(await readdir(directory)).toEqual([]);
  });

  it('downloads nothing if the hub announces another checksum or size than the catalogue pins', async () => {
    const wrongSum = await startFakeHub({ body: OTHER });
    await expect(pullFrom(wrongSum.url, pinnedModel)).rejects.toThrow(
      `announces a file with sha256 ${sha256(OTHER)} instead of ${sha256(BODY)}`,
    );
    const wrongSize = await startFakeHub({ body: BODY, announced: { bytes: 5 } });
    await expect(pullFrom(wrongSize.url, pinnedModel)).rejects.toThrow('announces 5 bytes instead of 400000');
  });

  it('refuses a catalogue file without a pinned or announced checksum', async () => {
    const { url } = await startFakeHub({ body: BODY, announced: {} });
    await expect(pullFrom(url, announcedModel)).rejects.toThrow('announces no size and SHA-256');
  });

  it('refuses a file that is shorter than announced', async () => {
    const { url } = await startFakeHub({ body: BODY, stored: BODY.subarray(0, 300_000) });
    await expect(pullFrom(url, announcedModel)).rejects.toThrow(
      'offers 300000 bytes of the 400000 that were announced',
    );
  });

  it('continues by range after a broken connection, in the same pull and in the next one', async () => {
    const broken = await startFakeHub({ body: BODY, dropAfter: [150_000] });
    expect((await pullFrom(broken.url, announcedModel)).record.sha256).toBe(sha256(BODY));
    expect(broken.storage.seen.map(({ range }) => range?.replace(/\d+/, 'N'))).toEqual([undefined, 'bytes=N-']);

    const directory = await temporaryDirectory();
    const stop = new AbortController();
    const onProgress: PullOptions['onProgress'] = ({ receivedBytes }) => receivedBytes > 0 && stop.abort();
    const { url, storage } = await startFakeHub({ body: BODY });
    await expect(pullFrom(url, announcedModel, { directory, onProgress, signal: stop.signal })).rejects.toThrow();
    expect((await listInstalledModels(directory)).models).toEqual([]);
    expect((await pullFrom(url, announcedModel, { directory })).record.sha256).toBe(sha256(BODY));
    expect(storage.seen.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('names the page of the terms and the token setting for a gated repository', async () => {
    const { url } = await startFakeHub({ body: BODY, token: 'right' });
    const page = `accept its terms at ${url}/owner/repo`;
    await expect(pullFrom(url, pinnedModel)).rejects.toThrow(`no hub token is set: ${page} and set SELFSAME_HUB_TOKEN`);
    await expect(pullFrom(url, pinnedModel, { hubToken: 'wrong' })).rejects.toThrow(
      `answered 403: the repository is missing, private or gated, and the hub token does not open it: ${page}`,
    );
    expect((await pullFrom(url, pinnedModel, { hubToken: 'right' })).record.sha256).toBe(sha256(BODY));
  });

  it('names the missing file or repository of the hub', async () => {
    const { url } = await startFakeHub({ body: BODY, refusals: [{ status: 404 }] });
    await expect(pullFrom(url, pinnedModel)).rejects.toThrow('has no file m.gguf in owner/repo (404)');
  });

  it('waits as long as a busy hub requests, and gives up if it requests more than a minute', async () => {
    const busy = await startFakeHub({ body: BODY, refusals: [{ status: 429, headers: { 'retry-after': '1' } }] });
    const since = performance.now();
    expect((await pullFrom(busy.url, pinnedModel)).record.sha256).toBe(sha256(BODY));
    expect(performance.now() - since).toBeGreaterThanOrEqual(990);

    const closed = await startFakeHub({ body: BODY, refusals: [{ status: 429, headers: { 'retry-after': '3600' } }] });
    await expect(pullFrom(closed.url, pinnedModel)).rejects.toThrow(
      /answered 429: too many requests and asks to wait 3600 s/,
    );
    expect(closed.hub.seen).toHaveLength(1);
  });

  it('reads Retry-After in seconds and as a date', () => {
    expect(parseRetryAfter('7', 0)).toBe(7000);
    expect(parseRetryAfter(new Date(5000).toUTCString(), 2000)).toBe(3000);
    expect(parseRetryAfter(new Date(1000).toUTCString(), 2000)).toBe(0);
    expect([undefined, '', 'soon'].map((text) => parseRetryAfter(text, 0))).toEqual([undefined, undefined, undefined]);
  });

  it('reports an unreachable hub once and sends no request for the next file', async () => {
    const lines: string[] = [];
    const unreachable = new Set<string>();
    const options = { log: { warn: (line: string) => lines.push(line) }, unreachable };
    for (const file of ['a.gguf', 'b.gguf']) {
      const model = { ...pinnedModel, file, sources: [`hf:owner/repo:${file}`] };
      await expect(pullFrom('http://127.0.0.1:1', model, options)).rejects.toThrow('127.0.0.1:1 could not be reached');
    }
    expect(lines).toEqual(['127.0.0.1:1 could not be reached (the connection was refused).']);
  });

  it('lists a catalogue model by the size in its record, and refuses a truncated file', async () => {
    const directory = await temporaryDirectory();
    const { url } = await startFakeHub({ body: BODY });
    const entry = catalogue.find((model) => model.announced === true);
    if (entry === undefined) throw new Error('every entry of the catalogue is pinned');
    const { path } = await pullFrom(url, entry, { directory });
    const { models } = await listInstalledModels(directory);
    expect(models).toMatchObject([{ id: entry.id, tier: 'recommended', bytes: BODY.length, sha256: sha256(BODY) }]);
    expect((await pullFrom(url, entry, { directory })).alreadyThere).toBe(true);
    await truncate(path, 1000);
    expect((await listInstalledModels(directory)).refused).toEqual([
      `${path} has 1000 bytes instead of ${BODY.length}; \`selfsame pull ${entry.id}\` pulls it again`,
    ]);
    expect((await pullFrom(url, entry, { directory })).alreadyThere).toBe(false);
    expect((await readFile(path)).equals(BODY)).toBe(true);
  });
});
