/**
 * Kills servers and workers with SIGKILL at random times while they write messages and call functions. After the last
 * round every run has ended, its thread is unlocked, and each of its messages exists once. The seed decides when
 * processes are killed; SELFSAME_TEST_SEED repeats a run.
 */
import { expect } from 'vitest';
import { requestJson } from '../../../../../testing/request.ts';
import { isActive } from '../../generation/loop/loop-state.ts';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import type { OpenStorage } from '../../storage/sql/testing/databases.ts';
import { killBoth, letTimePass, withInstallation, withServer } from './processes.ts';

const RUNS_PER_ROUND = 12;
const MAX_LIFE_MS = 900;
const MAX_DRAIN_MS = 120_000;
/** About 1.5 s of writing, so that most kills interrupt it. */
const WORDS = 150;

interface Run {
  id: string;
  thread_id: string;
  status: string;
  required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } } | null;
}

interface Made {
  run: Run;
  /** The function that it calls, if any. */
  calls: boolean;
}

type Listed<T> = { data: T[] };
type Message = { role: string; status: string; content: { text: { value: string } }[] };
type Step = { type: string; status: string; step_details: { tool_calls?: { function: { output: string } }[] } };

async function ask<T>(url: string, path: string, body?: object): Promise<T> {
  const response = await requestJson<T>(`${url}${path}`, { body });
  expect([200, 400]).toContain(response.status);
  return response.body;
}

const FUNCTION = { type: 'function', function: { name: 'add', parameters: { type: 'object', properties: {} } } };

async function begin(url: string, calls: boolean): Promise<Made> {
  const { id } = await ask<{ id: string }>(url, '/assistants', { model: 'scripted', tools: [FUNCTION] });
  const script = calls
    ? { calls: [{ name: 'add', arguments: {} }], startDelayMs: 300 }
    : { tokens: WORDS, delayMs: 10 };
  const messages = [{ role: 'user', content: `@script ${JSON.stringify(script)}\nword` }];
  const run = await ask<Run>(url, '/threads/runs', { assistant_id: id, thread: { messages } });
  return { run, calls };
}

/** Submits the outputs that a run waits for, until it ends; returns its final status. */
async function finish(url: string, { thread_id, id }: Run): Promise<string> {
  const path = `/threads/${thread_id}/runs/${id}`;
  let status = '';
  const over = async () => {
    const run = await ask<Run>(url, path);
    status = run.status;
    if (run.required_action === null) return !['queued', 'in_progress', 'cancelling'].includes(status);
    const calls = run.required_action.submit_tool_outputs.tool_calls;
    const tool_outputs = calls.map((call) => ({ tool_call_id: call.id, output: 'the sum' }));
    await ask(url, `${path}/submit_tool_outputs`, { tool_outputs });
    return false;
  };
  await expect.poll(over, { timeout: MAX_DRAIN_MS, interval: 50 }).toBe(true);
  return status;
}

async function check(url: string, { run, calls }: Made): Promise<void> {
  const status = await finish(url, run);
  expect(status).toBe('completed');
  const { data } = await ask<Listed<Message>>(url, `/threads/${run.thread_id}/messages?order=asc`);
  const said = data.slice(1).filter((message) => message.status === 'completed');
  const text = calls ? 'the sum' : 'word'.repeat(WORDS);
  expect(said.map(({ content }) => content[0]?.text.value)).toEqual([text]);
  const path = `/threads/${run.thread_id}/runs/${run.id}/steps?order=asc`;
  const steps = (await ask<Listed<Step>>(url, path)).data.filter((step) => step.status === 'completed');
  expect(steps.map(({ type }) => type)).toEqual(calls ? ['tool_calls', 'message_creation'] : ['message_creation']);
  if (calls) expect(steps[0]?.step_details.tool_calls).toMatchObject([{ function: { output: 'the sum' } }]);
  // The thread is unlocked.
  expect(await ask(url, `/threads/${run.thread_id}/messages`, { role: 'user', content: 'thanks' })).toHaveProperty(
    'id',
  );
}

/** Number of rounds between checks: a run that is killed much more often fails. */
const ROUNDS_PER_CHECK = 3;

/** Returns how many runs were interrupted while they were active. */
export async function killRuns(open: OpenStorage, rounds: number): Promise<number> {
  const random = createRandom(announceSeed('killed runs'));
  const fixture = await open(systemClock, createIdSource(systemClock));
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const { runs } = fixture.repositories.forProject(projectId);
  let made: Made[] = [];
  let cut = 0;
  const work = async (url: string) => {
    for (let i = 0; i < RUNS_PER_ROUND; i += 1) made.push(await begin(url, i % 2 === 1));
  };
  return withInstallation(fixture, async (installation) => {
    // Continues until a kill has interrupted a run; otherwise the test would prove nothing.
    for (let round = 0; round < rounds || cut === 0; round += 1) {
      await killBoth(installation, { random, longestMs: MAX_LIFE_MS, work });
      const states = await Promise.all(made.map(({ run }) => runs.retrieve(run.thread_id, run.id)));
      cut += states.filter((run) => run?.status === 'in_progress').length;
      await letTimePass(fixture);
      if ((round + 1) % ROUNDS_PER_CHECK !== 0 && round + 1 < rounds) continue;
      await withServer(installation, async (url) => {
        for (const each of made) await check(url, each);
      });
      made = [];
    }
    return cut;
  });
}

const THEIR_TIME = 'UPDATE runs SET expires_at = created_at';

/**
 * Kills a server whose runs expire before the next server starts, without requests for them. Returns how many expired.
 */
export async function expireKilledRuns(open: OpenStorage): Promise<number> {
  const random = createRandom(announceSeed('expired runs'));
  const fixture = await open(systemClock, createIdSource(systemClock));
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const { runs, runSteps, messages } = fixture.repositories.forProject(projectId);
  const made: Made[] = [];
  const work = async (url: string) => {
    for (let i = 0; i < RUNS_PER_ROUND; i += 1) made.push(await begin(url, i % 2 === 1));
  };
  const records = () => Promise.all(made.map(({ run }) => runs.retrieve(run.thread_id, run.id)));
  const active = async () => (await records()).filter((run) => run === undefined || isActive(run.status)).length;
  return withInstallation(fixture, async (installation) => {
    await killBoth(installation, { random, longestMs: MAX_LIFE_MS, work });
    const left = await active();
    await letTimePass(fixture, THEIR_TIME);
    await withServer(installation, async (url) => {
      await expect.poll(active, { timeout: MAX_DRAIN_MS, interval: 100 }).toBe(0);
      for (const { run } of made) {
        const { records: steps } = await runSteps.list(run.id, { limit: 100, order: 'asc' });
        const { records: said } = await messages.list(run.thread_id, { limit: 100, order: 'asc' });
        expect([...steps, ...said].filter(({ status }) => status === 'in_progress')).toEqual([]);
        await ask(url, `/threads/${run.thread_id}/messages`, { role: 'user', content: 'thanks' });
      }
    });
    const ends = (await records()).map((run) => run?.status);
    expect(ends.filter((status) => status === 'expired')).toHaveLength(left);
    return left;
  });
}
