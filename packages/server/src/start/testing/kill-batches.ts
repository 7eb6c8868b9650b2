/**
 * Kills servers and workers that share batches with SIGKILL at random moments, round after round. Afterwards every line
 * of every batch is once in the output or error file, with the answer to its own request, and the counts are right. The
 * scripted engine repeats the text of the request. The built-in model, whose engines are killed as well, gets the same
 * request again and must return the same answer. The seed decides when processes are killed; SELFSAME_TEST_SEED repeats
 * a run.
 */
import { expect } from 'vitest';
import { requestJson, uploadFile } from '../../../../../testing/request.ts';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import type { OpenStorage } from '../../storage/sql/testing/databases.ts';
import { type Installation, killBoth, letTimePass, withInstallation, withServer } from './processes.ts';

const LINES_PER_ROUND = 60;
/** Every nth request is refused, with this n. */
const BAD_EVERY = 5;
const MAX_LINE_MS = 250;
const MAX_RUN_MS = 1200;
/** Extra time to start an engine. */
const MAX_ENGINE_RUN_MS = 2500;
const ANSWER_TOKENS = 8;
/** Every nth answer of the built-in model is requested again, with this n. */
const ASKED_AGAIN_EVERY = 25;
const ENGINE_SETTINGS = { SELFSAME_SCRIPTED: 'false', SELFSAME_BUILT_IN: 'true' };
const MAX_DRAIN_MS = 600_000;

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

type ToBody = (text: string) => object;

const toScripted =
  (random: () => number): ToBody =>
  (text) => {
    const content = `@script {"startDelayMs":${Math.floor(random() * MAX_LINE_MS)}}\n${text}`;
    return { model: 'scripted', messages: [{ role: 'user', content }] };
  };

/** With a seed, so that it has one answer. */
const toSeeded: ToBody = (text) => {
  const messages = [{ role: 'user', content: `Say a word about ${text}.` }];
  return { model: 'gpt-4o-mini', messages, seed: 1, max_tokens: ANSWER_TOKENS };
};

async function createBatch(url: string, name: string, lines: number, toBody: ToBody): Promise<Batch> {
  const text = Array.from({ length: lines }, (_, i) => {
    const body = { ...toBody(`${name} ${i}`), ...(isBad(i) ? { nonsense: 1 } : {}) };
    return JSON.stringify({ custom_id: `${name} ${i}`, method: 'POST', url: '/v1/chat/completions', body });
  }).join('\n');
  const input_file_id = await uploadFile(url, new File([text], 'in.jsonl'), 'batch');
  const body = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' };
  const made = await requestJson<BatchBody>(`${url}/batches`, { body });
  expect(made.status).toBe(200);
  return { id: made.body.id, lines, name };
}

interface Line {
  id: string;
  custom_id: string;
  response: { status_code: number; body: Completion };
}

interface Completion {
  choices: { message: { content: string } }[];
}

async function readLines(url: string, fileId: string): Promise<Line[]> {
  const text = await (await fetch(`${url}/files/${fileId}/content`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const textOf = ({ choices }: Completion) => choices[0]?.message.content;

/** The current answer to the request of a line. */
async function answerAgain(url: string, line: Line): Promise<string | undefined> {
  const { body } = await requestJson<Completion>(`${url}/chat/completions`, { body: toSeeded(line.custom_id) });
  return textOf(body);
}

async function checkBatch(url: string, { id, lines, name }: Batch, engines: boolean): Promise<void> {
  const retrieve = async () => (await requestJson<BatchBody>(`${url}/batches/${id}`)).body;
  await expect.poll(async () => (await retrieve()).status, { timeout: MAX_DRAIN_MS, interval: 100 }).toBe('completed');
  const batch = await retrieve();
  const numbers = Array.from({ length: lines }, (_, i) => i);
  const bad = numbers.filter(isBad);
  expect(batch.request_counts).toEqual({ total: lines, completed: lines - bad.length, failed: bad.length });
  const output = await readLines(url, batch.output_file_id);
  const errors = await readLines(url, batch.error_file_id);
  expect(output.map((line) => line.custom_id)).toEqual(numbers.filter((i) => !isBad(i)).map((i) => `${name} ${i}`));
  expect(errors.map((line) => line.custom_id)).toEqual(bad.map((i) => `${name} ${i}`));
  expect(new Set([...output, ...errors].map((line) => line.id)).size).toBe(lines);
  for (const [at, line] of output.entries()) {
    expect(line.response.status_code).toBe(200);
    if (!engines) expect(textOf(line.response.body)).toBe(line.custom_id);
    else if (at % ASKED_AGAIN_EVERY === 0) expect(textOf(line.response.body)).toBe(await answerAgain(url, line));
  }
  for (const { response } of errors) expect(response).toMatchObject({ status_code: 400 });
}

export interface KilledBatches {
  /** Number of batches that were interrupted between lines. */
  cut: number;
  /** Number of killed engines. */
  engines: number;
}

export interface KillBatchesOptions {
  rounds: number;
  /** Lines of the first batch; the later ones are short. */
  firstLines: number;
  /** Whether the built-in model answers and its engines are killed too. Default: false. */
  engines?: boolean;
}

/** Continues beyond its rounds until a kill has interrupted a batch, because the test would prove nothing otherwise. */
export async function killBatches(open: OpenStorage, options: KillBatchesOptions): Promise<KilledBatches> {
  const { rounds, firstLines, engines = false } = options;
  const random = createRandom(announceSeed('killed batches'));
  const fixture = await open(systemClock, createIdSource(systemClock));
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const { batches } = fixture.repositories.forProject(projectId);
  const made: Batch[] = [];
  const killed = { cut: 0, engines: 0 };
  const longestMs = engines ? MAX_ENGINE_RUN_MS : MAX_RUN_MS;
  const onEngine = () => {
    killed.engines += 1;
  };
  async function killRounds(installation: Installation): Promise<KilledBatches> {
    for (let round = 0; round < rounds || killed.cut === 0; round += 1) {
      const work = async (url: string) => {
        const lines = round === 0 ? firstLines : LINES_PER_ROUND;
        made.push(await createBatch(url, `batch ${round}`, lines, engines ? toSeeded : toScripted(random)));
      };
      await killBoth(installation, { random, longestMs, work, ...(engines ? { onEngine } : {}) });
      const states = await Promise.all(made.map(({ id }) => batches.retrieve(id)));
      killed.cut += states.filter((batch) => batch?.status === 'in_progress').length;
      await letTimePass(fixture);
    }
    await withServer(installation, async (url) => {
      for (const batch of made) await checkBatch(url, batch, engines);
    });
    return killed;
  }
  return withInstallation(fixture, killRounds, engines ? ENGINE_SETTINGS : {});
}
