/**
 * Servers and workers that share batches are killed with SIGKILL at random moments, round after round. Afterwards every line of every batch
 * stands once in its output or error file, with the answer to its own request, and the counts are right. The seed decides when the kills
 * come; SELFSAME_TEST_SEED repeats a run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteFile from 'better-sqlite3';
import { expect } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import type { OpenStorage, StorageFixture } from '../../storage/sql/testing/databases.ts';
import { runOnPostgres } from '../../storage/sql/testing/postgres-fixture.ts';

const PROGRAM = join(import.meta.dirname, '../../../bin/selfsame.js');
const FIRST_LINES = 500;
const LINES_PER_ROUND = 60;
/** Every so manieth request is refused. */
const BAD_EVERY = 5;
const LONGEST_LINE_MS = 250;
const LONGEST_RUN_MS = 1200;
const LONGEST_START_MS = 120_000;
const LONGEST_DRAIN_MS = 600_000;

/** What passes between a kill and the next start, in a moment: leases run out, and delays are over. */
export const LATER = `UPDATE jobs SET status = 'queued', run_at = 0, lease_id = NULL, lease_expires_at = NULL WHERE status <> 'dead'`;

export async function change({ place }: StorageFixture, statement: string): Promise<void> {
  if ('url' in place) {
    await runOnPostgres(place.url, statement);
    return;
  }
  const file = new SqliteFile(place.path, { timeout: 10_000 });
  file.exec(statement);
  file.close();
}

interface Batch {
  id: string;
  lines: number;
  name: string;
}

interface BatchBody {
  id: string;
  status: string;
  output_file_id: string;
  error_file_id: string;
  request_counts: object;
}

export interface Place {
  dataDir: string;
  settings: Record<string, string>;
}

export function startProcess(command: 'serve' | 'worker', { dataDir, settings }: Place) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, command], {
    env: {
      ...process.env,
      ...settings,
      SELFSAME_DATA_DIR: dataDir,
      SELFSAME_PORT: '0',
      SELFSAME_PULL: 'false',
      SELFSAME_BUILT_IN: 'false',
      SELFSAME_SCRIPTED: 'true',
      // What a process says before it is killed is part of the test's output.
      SELFSAME_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { child, gone: once(child, 'exit'), output: () => output };
}

export async function startServer(place: Place) {
  const server = startProcess('serve', place);
  const url = () => /(http:\S+\/v1)/.exec(server.output())?.[1];
  await expect.poll(url, { timeout: LONGEST_START_MS, interval: 20 }).toBeDefined();
  return { ...server, url: url() ?? '' };
}

const isBad = (i: number) => i % BAD_EVERY === BAD_EVERY - 1;

async function createBatch(url: string, name: string, lines: number, random: () => number): Promise<Batch> {
  const text = Array.from({ length: lines }, (_, i) => {
    const content = `@script {"startDelayMs":${Math.floor(random() * LONGEST_LINE_MS)}}\n${name} ${i}`;
    const body = { model: 'scripted', messages: [{ role: 'user', content }], ...(isBad(i) ? { nonsense: 1 } : {}) };
    return JSON.stringify({ custom_id: `${name} ${i}`, method: 'POST', url: '/v1/chat/completions', body });
  }).join('\n');
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new File([text], 'in.jsonl'));
  const file = (await (await fetch(`${url}/files`, { method: 'POST', body: form })).json()) as { id: string };
  const made = await fetch(`${url}/batches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' }),
  });
  expect(made.status).toBe(200);
  return { id: ((await made.json()) as BatchBody).id, lines, name };
}

async function readLines(url: string, fileId: string): Promise<{ id: string; custom_id: string; response: object }[]> {
  const text = await (await fetch(`${url}/files/${fileId}/content`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function checkBatch(url: string, { id, lines, name }: Batch): Promise<void> {
  const retrieve = async () => (await (await fetch(`${url}/batches/${id}`)).json()) as BatchBody;
  await expect
    .poll(async () => (await retrieve()).status, { timeout: LONGEST_DRAIN_MS, interval: 100 })
    .toBe('completed');
  const batch = await retrieve();
  const numbers = Array.from({ length: lines }, (_, i) => i);
  const bad = numbers.filter(isBad);
  expect(batch.request_counts).toEqual({ total: lines, completed: lines - bad.length, failed: bad.length });
  const output = await readLines(url, batch.output_file_id);
  const errors = await readLines(url, batch.error_file_id);
  expect(output.map((line) => line.custom_id)).toEqual(numbers.filter((i) => !isBad(i)).map((i) => `${name} ${i}`));
  expect(errors.map((line) => line.custom_id)).toEqual(bad.map((i) => `${name} ${i}`));
  expect(new Set([...output, ...errors].map((line) => line.id)).size).toBe(lines);
  for (const { custom_id, response } of output) {
    expect(response).toMatchObject({ status_code: 200, body: { choices: [{ message: { content: custom_id } }] } });
  }
  for (const { response } of errors) expect(response).toMatchObject({ status_code: 400 });
}

/** Answers how many times a batch was cut off in the middle of its lines. */
export async function killBatches(open: OpenStorage, rounds: number): Promise<number> {
  const random = createRandom(announceSeed('killed batches'));
  const fixture = await open(systemClock, createIdSource(systemClock));
  const dataDir =
    'path' in fixture.place ? dirname(fixture.place.path) : await mkdtemp(join(tmpdir(), 'selfsame-kill-'));
  const place = { dataDir, settings: 'url' in fixture.place ? { SELFSAME_DATABASE_URL: fixture.place.url } : {} };
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const { batches } = fixture.repositories.forProject(projectId);
  const made: Batch[] = [];
  let cut = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const server = await startServer(place);
      const worker = startProcess('worker', place);
      await expect.poll(worker.output, { timeout: LONGEST_START_MS, interval: 20 }).toContain('runs jobs');
      made.push(await createBatch(server.url, `batch ${round}`, round === 0 ? FIRST_LINES : LINES_PER_ROUND, random));
      await sleep(random() * LONGEST_RUN_MS);
      worker.child.kill('SIGKILL');
      await sleep(random() * LONGEST_RUN_MS);
      server.child.kill('SIGKILL');
      await Promise.all([server.gone, worker.gone]);
      const states = await Promise.all(made.map(({ id }) => batches.retrieve(id)));
      cut += states.filter((batch) => batch?.status === 'in_progress').length;
      await change(fixture, LATER);
    }
    const { child, gone, url } = await startServer(place);
    for (const batch of made) await checkBatch(url, batch);
    child.kill('SIGTERM');
    await gone;
    return cut;
  } finally {
    await fixture.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }
}
