/**
 * Servers and workers that share batches are killed with SIGKILL at random moments, round after round. Afterwards every line of every batch
 * stands once in its output or error file, with the answer to its own request, and the counts are right. The seed decides when the kills
 * come; SELFSAME_TEST_SEED repeats a run.
 */
import { expect } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import type { OpenStorage } from '../../storage/sql/testing/databases.ts';
import { killBoth, letTimePass, withPlace, withServer } from './processes.ts';

const FIRST_LINES = 500;
const LINES_PER_ROUND = 60;
/** Every so manieth request is refused. */
const BAD_EVERY = 5;
const LONGEST_LINE_MS = 250;
const LONGEST_RUN_MS = 1200;
const LONGEST_DRAIN_MS = 600_000;

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
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const { batches } = fixture.repositories.forProject(projectId);
  const made: Batch[] = [];
  let cut = 0;
  return withPlace(fixture, async (place) => {
    // Goes on until a kill came in the middle of something: otherwise nothing is shown.
    for (let round = 0; round < rounds || cut === 0; round += 1) {
      const work = async (url: string) => {
        made.push(await createBatch(url, `batch ${round}`, round === 0 ? FIRST_LINES : LINES_PER_ROUND, random));
      };
      await killBoth(place, { random, longestMs: LONGEST_RUN_MS, work });
      const states = await Promise.all(made.map(({ id }) => batches.retrieve(id)));
      cut += states.filter((batch) => batch?.status === 'in_progress').length;
      await letTimePass(fixture);
    }
    await withServer(place, async (url) => {
      for (const batch of made) await checkBatch(url, batch);
    });
    return cut;
  });
}
