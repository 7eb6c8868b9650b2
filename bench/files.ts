/**
 * Measures files in alternating pairs: an upload through the API (multipart, hashed, synced, recorded) against a bare
 * `node:http` server that writes the same body to the same disk and syncs it (aim: ≥ 0.9 of its speed, with constant
 * memory); a page of 100 from a long list (aim: p50 ≤ 2 ms); and the additional time of a chat completion with `store:
 * true` (aim: ≤ 0.5 ms).
 *
 *   node bench/files.ts [MiB per file] [pairs] [files in the list]        (default 512 5 1000000)
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import Database from 'better-sqlite3';
import { median } from './pairs.ts';

const [mebibytes = '512', pairs = '5', listed = '1000000'] = process.argv.slice(2);
const MEBIBYTE = 1024 ** 2;
const LISTS = 200;
const COMPLETIONS = 400;
const chunk = Buffer.alloc(256 * 1024, 'selfsame ');
const chunks = (Number(mebibytes) * MEBIBYTE) / chunk.byteLength;
const folder = mkdtempSync(join(tmpdir(), 'selfsame-bench-'));

function startSelfsame(): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [join(import.meta.dirname, '../packages/server/bin/selfsame.js'), 'serve'], {
    env: {
      ...process.env,
      SELFSAME_DATA_DIR: folder,
      SELFSAME_PORT: '0',
      SELFSAME_PULL: 'false',
      SELFSAME_BUILT_IN: 'false',
      SELFSAME_SCRIPTED: 'true',
      SELFSAME_PROJECT_FILE_BYTES: String(1024 ** 5),
      SELFSAME_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => {
    server.stdout?.on('data', (data) => {
      const url = /(http:\S+\/v1)/.exec(String(data))?.[1];
      if (url !== undefined) resolve({ server, url });
    });
  });
}

/** Writes each body to a new file and syncs it: the minimum cost of storing a body. */
async function keep(incoming: IncomingMessage): Promise<void> {
  const path = join(folder, `bare-${performance.now()}`);
  await pipeline(incoming, createWriteStream(path));
  const file = await open(path, 'r+');
  await file.datasync();
  await file.close();
  rmSync(path);
}

const bare = createServer((incoming, outgoing) => {
  void keep(incoming).then(() => outgoing.end('{}'));
});
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));

const HEAD =
  '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\ncontent-type: application/octet-stream\r\n\r\n';
const TAIL = '\r\n--b--\r\n';

async function* body(): AsyncGenerator<Buffer> {
  yield Buffer.from(HEAD);
  for (let i = 0; i < chunks; i += 1) yield chunk;
  yield Buffer.from(TAIL);
}

/** Returns MiB per second and the file's id. */
async function upload(url: string): Promise<{ speed: number; id: string }> {
  const startedAt = performance.now();
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } });
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => resolve(text(response)));
  });
  await pipeline(Readable.from(body()), sent);
  const { id } = JSON.parse(await answered);
  return { speed: (Number(mebibytes) * 1000) / (performance.now() - startedAt), id };
}

async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Inserts rows like those of uploads, without content. */
function fillList(count: number): void {
  const database = new Database(join(folder, 'selfsame.db'));
  const { project_id: project } = database.prepare('SELECT project_id FROM installation').get() as {
    project_id: string;
  };
  const insert = database.prepare(
    `INSERT INTO files (id, project_id, filename, purpose, content_type, bytes, created_at) VALUES (?, ?, 'a.txt', 'vision', 'text/plain', 3, ?)`,
  );
  database.transaction(() => {
    for (let i = 0; i < count; i += 1)
      insert.run(`file-${String(i).padStart(24, '0')}`, project, 1_700_000_000_000 + i);
  })();
  database.close();
}

async function timeLists(url: string): Promise<number[]> {
  const times: number[] = [];
  let after = '';
  for (let i = 0; i < LISTS; i += 1) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/files?limit=100${after === '' ? '' : `&after=${after}`}`);
    const page = (await response.json()) as { last_id: string };
    times.push(performance.now() - startedAt);
    after = page.last_id;
  }
  return times;
}

/** Milliseconds that storing adds: the median of pairs that alternate in going first. */
async function timeStoring(url: string): Promise<number> {
  const ask = async (store: boolean) => {
    const startedAt = performance.now();
    const body = { model: 'scripted', messages: [{ role: 'user', content: 'hello' }], store };
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    await (await fetch(`${url}/chat/completions`, init)).json();
    return performance.now() - startedAt;
  };
  const added: number[] = [];
  for (let pair = 0; pair <= COMPLETIONS; pair += 1) {
    const first = await ask(pair % 2 === 0);
    const second = await ask(pair % 2 !== 0);
    added.push(pair % 2 === 0 ? first - second : second - first);
  }
  return median(added);
}

const { server, url } = await startSelfsame();
const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
const ratios: number[] = [];
const sizes: number[] = [];
for (let pair = -1; pair < Number(pairs); pair += 1) {
  const both = { ours: 0, bare: 0 };
  for (const side of pair % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
    const { speed, id } = await upload(side === 'ours' ? `${url}/files` : bareUrl);
    both[side] = speed;
    if (side === 'ours') await fetch(`${url}/files/${id}`, { method: 'DELETE' });
  }
  sizes.push(await residentMebibytes(server.pid ?? 0));
  if (pair < 0) continue;
  ratios.push(both.ours / both.bare);
  console.log(`pair ${pair}: selfsame ${both.ours.toFixed(0)} MiB/s, bare ${both.bare.toFixed(0)} MiB/s`);
}
console.log(`median of ${ratios.length} pairs: ${median(ratios).toFixed(3)} of the bare speed, ${mebibytes} MiB each`);
console.log(`memory of the server after each: ${sizes.map((size) => size.toFixed(0)).join(', ')} MiB`);

fillList(Number(listed));
const times = (await timeLists(url)).toSorted((a, b) => a - b);
const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2);
console.log(`pages of 100 out of ${listed}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
console.log(`storing a completion adds ${(await timeStoring(url)).toFixed(2)} ms (median of ${COMPLETIONS} pairs)`);
server.kill();
bare.close();
rmSync(folder, { recursive: true });
